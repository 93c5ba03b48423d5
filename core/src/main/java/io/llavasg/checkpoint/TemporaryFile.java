package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that is written beside its target under another name, and takes the target's place only
 * once it's complete and on disk; otherwise closing it removes it.
 */
final class TemporaryFile implements AutoCloseable {

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;

  TemporaryFile(Path target) {
    this.target = target.toAbsolutePath();
    Path directory = this.target.resolveSibling("");
    try {
      Files.createDirectories(directory);
      temporary =
          directory.resolve("." + this.target.getFileName() + "." + UUID.randomUUID() + ".tmp");
      channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "cannot write '%s': %s is not a directory that can be written to", target, directory);
    }
  }

  /** Fails before anything is written where the disk has no room for {@code bytes}. */
  void requireSpace(long bytes) {
    try {
      long free = Files.getFileStore(temporary).getUsableSpace();
      if (free < bytes) {
        throw LlavaSgException.resources(
            "cannot write '%s': it needs %d MB and the disk has %d MB free",
            target, bytes / 1_000_000, free / 1_000_000);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Puts everything on disk; the file still has its temporary name. */
  void finish() {
    try {
      channel.force(true);
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Gives the finished file its name, in place of what had it. */
  void publish() {
    try {
      WholeFile.publish(temporary, target);
    } catch (AtomicMoveNotSupportedException e) {
      throw LlavaSgException.internal(e, "cannot rename '%s' to '%s'", temporary, target);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Removes what wasn't published. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private LlavaSgException failed(IOException e) {
    return LlavaSgException.resources(
        e, "cannot write '%s': %s", target, String.valueOf(e.getMessage()));
  }
}

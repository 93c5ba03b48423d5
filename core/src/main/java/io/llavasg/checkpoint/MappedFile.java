package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A whole file mapped read-only, however large. */
final class MappedFile implements AutoCloseable {

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  /**
   * Maps {@code file}.
   *
   * @throws LlavaSgException user, if it's missing, a directory, empty or unreadable
   */
  MappedFile(Path file) {
    requireFile(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      arena.close();
      throw unreadable(file, e);
    }
  }

  static void requireFile(Path file) {
    if (!Files.exists(file)) {
      throw LlavaSgException.user("'%s' does not exist", file);
    }
    if (!Files.isRegularFile(file)) {
      throw LlavaSgException.user("'%s' is not a file", file);
    }
    try {
      if (Files.size(file) == 0) {
        throw LlavaSgException.user("'%s' is empty: copy or download it again", file);
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static LlavaSgException unreadable(Path file, IOException e) {
    return LlavaSgException.user(e, "cannot read '%s': %s", file, String.valueOf(e.getMessage()));
  }

  MemorySegment memory() {
    return memory;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}

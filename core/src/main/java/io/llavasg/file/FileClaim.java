package io.llavasg.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One run's right to add to a file, which ends with its process. It is a lock on an empty file
 * beside it that nothing else ever opens: POSIX drops a process's lock on a file as soon as that
 * process closes the file, even if it had opened it once more to read; and what is locked on
 * Windows, nobody else can read.
 */
public final class FileClaim implements AutoCloseable {
  /** Lock files of this process: to open one again would drop its lock when that is closed. */
  private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FileClaim(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** The claim to a file in a folder that is there; empty if another run has it. */
  public static Optional<FileClaim> to(Path claimed) throws IOException {
    Path folder = claimed.toAbsolutePath().resolveSibling("").toRealPath();
    Path file = folder.resolve("." + claimed.getFileName() + ".lock");
    if (!CLAIMED.add(file)) {
      return Optional.empty();
    }
    Optional<FileClaim> claim = Optional.empty();
    try {
      claim = lock(file);
      return claim;
    } finally {
      if (claim.isEmpty()) {
        CLAIMED.remove(file);
      }
    }
  }

  private static Optional<FileClaim> lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(new FileClaim(file, channel));
      }
    } catch (IOException | OverlappingFileLockException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      CLAIMED.remove(file);
    }
  }
}

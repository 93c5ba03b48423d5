package io.llavasg.file;

import io.llavasg.LlavaSgException;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** A small file that is there whole or not at all: what had its name stays until it is written. */
public final class WholeFile {
  /** How long a file that is in use is tried again, and how often. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(10);

  private WholeFile() {}

  /**
   * Writes a file beside its place, and moves it there.
   *
   * @throws LlavaSgException user, if its folder is not there or cannot be written to; of
   *     resources, if there is no room in it
   */
  public static void write(Path file, byte[] content) {
    requireFolder(file);
    try {
      replace(file, content);
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot write '%s': %s", file, e.toString());
    }
  }

  /** As {@link #write}, for callers that have their own word for what goes wrong. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path beside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.write(beside, content);
      publish(beside, file);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Gives a finished file its name, in place of what had it. */
  public static void publish(Path finished, Path file) throws IOException {
    patiently(
        () ->
            Files.move(
                finished,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING));
  }

  /** All of a file that another process may be replacing. */
  public static byte[] read(Path file) throws IOException {
    return patiently(() -> Files.readAllBytes(file));
  }

  private interface Access<T> {
    T attempt() throws IOException;
  }

  private static <T> T patiently(Access<T> access) throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        return access.attempt();
      } catch (FileSystemException e) {
        boolean givenUp = System.nanoTime() - start > PATIENCE.toNanos();
        if (givenUp || Thread.currentThread().isInterrupted() || !mayBeInUse(e)) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Windows refuses a file that somebody else reads or replaces at this very moment. */
  private static boolean mayBeInUse(FileSystemException e) {
    return File.separatorChar == '\\'
        && (e instanceof AccessDeniedException || e.getClass() == FileSystemException.class);
  }

  /**
   * Refuses a place where no file can be written, before work is done for it.
   *
   * @throws LlavaSgException user
   */
  public static void requireFolder(Path file) {
    Path folder = file.toAbsolutePath().resolveSibling("");
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw LlavaSgException.user(
          "cannot write '%s': '%s' is no folder that can be written to", file, folder);
    }
    if (Files.isDirectory(file)) {
      throw LlavaSgException.user("cannot write '%s': it is a folder", file);
    }
  }

  /**
   * Refuses a folder that is not there and cannot be made either, or that cannot be written to.
   *
   * @throws LlavaSgException user
   */
  public static void requireWritable(Path folder) {
    Path there = folder.toAbsolutePath().normalize();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      throw LlavaSgException.user(
          "cannot write into '%s': '%s' is no folder that can be written to", folder, there);
    }
  }
}

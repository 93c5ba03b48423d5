package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory that is filled beside its place under another name, and takes its place only once it
 * is complete; otherwise closing it removes it, and so does the end of the process (Ctrl-C).
 */
public final class NewDirectory implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private boolean abandoned;
  private final Thread atExit = new Thread(this::abandon, "remove-unfinished");

  /**
   * @throws LlavaSgException user, if the target is there and not an empty directory, or its parent
   *     cannot be written to
   */
  public NewDirectory(Path directory) {
    target = directory.toAbsolutePath().normalize();
    requireFree(directory);
    temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "cannot write '%s': its parent is no directory that can be written to", directory);
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * @throws LlavaSgException user, if the target is there and not an empty directory
   */
  public static void requireFree(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw LlavaSgException.user("'%s' exists and is no directory: name another --out", directory);
    }
    try (Stream<Path> children = Files.list(directory)) {
      if (children.findAny().isPresent()) {
        throw LlavaSgException.user(
            "'%s' exists and is not empty: remove it, or name another --out", directory);
      }
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read '%s'", directory);
    }
  }

  /** Where to write. */
  public Path path() {
    return temporary;
  }

  /**
   * Puts the directory in its place.
   *
   * @throws LlavaSgException resources, if that fails, or the process is ending and has removed it
   */
  public synchronized void publish() {
    if (abandoned) {
      throw LlavaSgException.resources("'%s' was not finished before the end", target);
    }
    try {
      Files.deleteIfExists(target);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e,
          "cannot move the finished directory to '%s': %s",
          target,
          String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // The process is ending already, and the hook removes the directory.
    }
    try {
      remove();
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "cannot remove the unfinished directory '%s'; please do", temporary);
    }
  }

  /** Whoever writes may add a file meanwhile, hence more than one try. */
  synchronized void abandon() {
    abandoned = true;
    for (int i = 0; i < 10; i++) {
      try {
        remove();
        return;
      } catch (IOException e) {
        Thread.onSpinWait();
      }
    }
  }

  private void remove() throws IOException {
    if (!Files.exists(temporary)) {
      return;
    }
    try (Stream<Path> files = Files.walk(temporary)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}

package io.llavasg.model.convert;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory that is filled beside its place under another name, and takes its place only once it
 * is complete; otherwise closing it removes it.
 */
final class NewDirectory implements AutoCloseable {
  private final Path target;
  private final Path temporary;

  /**
   * @throws LlavaSgException user, if the target is there and not an empty directory, or its parent
   *     cannot be written to
   */
  NewDirectory(Path directory) {
    target = directory.toAbsolutePath().normalize();
    requireFree(directory);
    temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "cannot write '%s': its parent is no directory that can be written to", directory);
    }
  }

  static void requireFree(Path directory) {
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
  Path path() {
    return temporary;
  }

  /** Puts the directory in its place. */
  void publish() {
    try {
      Files.deleteIfExists(target);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "cannot move the finished model to '%s': %s", target, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    if (!Files.exists(temporary)) {
      return;
    }
    try (Stream<Path> files = Files.walk(temporary)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "cannot remove the unfinished model '%s'; please do", temporary);
    }
  }
}

package io.llavasg.perception.cache;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes a file that others see whole or not at all. */
final class CacheFile {
  private CacheFile() {}

  /**
   * Writes a file, and the folders around it.
   *
   * @throws LlavaSgException of resources, whatever the reason: no photo is at fault, and work that
   *     cannot be kept had better end
   */
  static void write(Path file, byte[] content) {
    Path folder = file.toAbsolutePath().resolveSibling("");
    Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      try {
        Files.write(temporary, content);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "cannot write '%s' into the cache of perception: %s", file, e.toString());
    }
  }
}

package io.llavasg.perception.cache;

import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
      WholeFile.replace(file, content);
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "cannot write '%s' into the cache of perception: %s", file, e.toString());
    }
  }
}

package io.llavasg.graph;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A small file that is there whole or not at all: what had its name stays until it is written. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes a file beside its place, and moves it there.
   *
   * @throws LlavaSgException user, if its folder is not there or cannot be written to
   */
  public static void write(Path file, byte[] content) {
    requireFolder(file);
    Path beside =
        file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      try {
        Files.write(beside, content);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot write '%s': %s", file, e.toString());
    }
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
}

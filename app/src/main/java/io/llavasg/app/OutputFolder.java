package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that results are to be written into, looked at before work is done for them. */
final class OutputFolder {
  private OutputFolder() {}

  /**
   * Refuses a folder that is not there and cannot be made either, or that cannot be written to.
   *
   * @throws LlavaSgException user
   */
  static void require(Path folder) {
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

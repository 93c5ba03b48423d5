package io.llavasg.app;

import com.fasterxml.jackson.databind.node.TextNode;
import io.llavasg.LlavaSgException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A file of work, a JSON object a line; the names of other files in it are relative to it. */
record BatchFile(Path path) {
  /** Some editors begin a UTF-8 file with it. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  BatchFile {
    if (!Files.isRegularFile(path)) {
      throw LlavaSgException.user("there is no batch file '%s'", path);
    }
  }

  /** Is given lines. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param number of the line, from 1
     */
    void visit(String line, int number);
  }

  /** Visits the lines that are not blank. */
  void forEachLine(Visitor visitor) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(path)) {
      int number = 0;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        number++;
        boolean marked = number == 1 && text.startsWith(BYTE_ORDER_MARK);
        String line = marked ? text.substring(BYTE_ORDER_MARK.length()) : text;
        if (!line.isBlank()) {
          visitor.visit(line, number);
        }
      }
    }
  }

  /** How many lines are not blank. */
  long count() throws IOException {
    long[] count = {0};
    forEachLine((line, number) -> count[0]++);
    return count[0];
  }

  /**
   * The file that a line names.
   *
   * @param field of the line, for the message
   * @throws LlavaSgException user, if no file can have that name on this system
   */
  Path resolve(String field, String name) {
    try {
      return path.toAbsolutePath().resolveSibling(name);
    } catch (InvalidPathException e) {
      throw LlavaSgException.user(
          e, "%s is %s, which is no path here: %s", field, new TextNode(name), e.getReason());
    }
  }
}

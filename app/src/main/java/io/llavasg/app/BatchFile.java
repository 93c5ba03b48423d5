package io.llavasg.app;

import com.fasterxml.jackson.databind.node.TextNode;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.task.Utf8Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A file of work, a JSON object a line; the names of other files in it are relative to it. */
record BatchFile(Path path) {
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

  /**
   * Visits the lines that are not blank.
   *
   * @throws LlavaSgException user, if the file cannot be read
   */
  void forEachLine(Visitor visitor) {
    try (BufferedReader reader = Utf8Text.open(path)) {
      int number = 0;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        number++;
        if (!text.isBlank()) {
          visitor.visit(text, number);
        }
      }
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read as UTF-8 text: %s", path, e.toString());
    }
  }

  /** How many lines are not blank. */
  long count() {
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

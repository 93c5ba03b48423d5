package io.llavasg.mini.perception;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** Writes the files that say what weights are of. */
final class Manifest {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";

  private Manifest() {}

  static void put(ObjectNode json, String name, Collection<Integer> values) {
    ArrayNode array = json.putArray(name);
    values.forEach(array::add);
  }

  static void write(Path file, ObjectNode json) {
    write(file, json.toPrettyString());
  }

  /** Lines of text. */
  static void write(Path file, Iterable<String> lines) {
    write(file, String.join("\n", lines));
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
      Files.writeString(file, text + "\n");
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot write '%s'", file);
    }
  }
}

package io.llavasg.mini.perception;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a finished stage was measured to be, in a file: who finds it need neither train nor measure
 * again.
 */
record Figures(Path file) {
  private static final String STEPS = "steps";

  /** The figures after a training of so many steps, if they are known. */
  Optional<Map<String, Double>> of(int steps) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      if (json.path(STEPS).asInt() != steps) {
        return Optional.empty();
      }
      Map<String, Double> figures = new LinkedHashMap<>();
      json.path("figures")
          .properties()
          .forEach(one -> figures.put(one.getKey(), one.getValue().asDouble()));
      return Optional.of(figures);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read: remove it to measure again", file);
    }
  }

  void write(int steps, Map<String, Double> measured) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put(STEPS, steps);
    measured.forEach(json.putObject("figures")::put);
    Manifest.write(file, json);
  }
}

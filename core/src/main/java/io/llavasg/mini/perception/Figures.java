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
 * What a finished stage was measured to be, beside its weights: who finds both need neither train
 * nor measure again.
 *
 * @param folder of the stage's checkpoint
 */
record Figures(Path folder) {
  /** Hidden: what a checkpoint is, its own files say. */
  private static final String FILE = ".figures.json";

  private static final String SEED = "seed";
  private static final String STEPS = "steps";

  private Path file() {
    return folder.resolve(FILE);
  }

  /** The figures after such a training, if it is finished. */
  Optional<Map<String, Double>> of(long seed, int steps) {
    if (!Files.isRegularFile(file()) || !Files.isRegularFile(folder.resolve(Manifest.WEIGHTS))) {
      return Optional.empty();
    }
    try {
      JsonNode json = new ObjectMapper().readTree(file().toFile());
      if (json.path(STEPS).asInt() != steps || json.path(SEED).asLong() != seed) {
        return Optional.empty();
      }
      Map<String, Double> figures = new LinkedHashMap<>();
      json.path("figures")
          .properties()
          .forEach(one -> figures.put(one.getKey(), one.getValue().asDouble()));
      return Optional.of(figures);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read: remove it to measure again", file());
    }
  }

  /** Before the weights become others. */
  void forget() {
    try {
      Files.deleteIfExists(file());
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot remove '%s'", file());
    }
  }

  void write(long seed, int steps, Map<String, Double> measured) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put(SEED, seed).put(STEPS, steps);
    measured.forEach(json.putObject("figures")::put);
    Manifest.write(file(), json);
  }
}

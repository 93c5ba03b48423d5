package io.llavasg.eval.metric;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;

/** What the evaluators' own code gave: reference/eval makes these files. */
final class Golden {
  /** Sums in another order differ by some 1e-13; nothing else may. */
  static final Offset<Double> EXACTLY = Offset.offset(1e-9);

  private Golden() {}

  static JsonNode read(String name) {
    try (InputStream stream = Golden.class.getResourceAsStream("/eval/" + name + ".json")) {
      return new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode cases(String name) {
    return read(name).path("cases");
  }

  static List<String> strings(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
  }

  static List<Double> doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::doubleValue).toList();
  }

  static double[] array(JsonNode array) {
    return doubles(array).stream().mapToDouble(Double::doubleValue).toArray();
  }

  static SequencedMap<String, String> options(JsonNode object) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    object.properties().forEach(entry -> options.put(entry.getKey(), entry.getValue().textValue()));
    return options;
  }

  static Optional<String> text(JsonNode node) {
    return Optional.ofNullable(node.textValue());
  }
}

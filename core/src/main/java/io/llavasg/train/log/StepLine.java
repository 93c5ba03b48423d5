package io.llavasg.train.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.train.StepReport;
import java.util.Locale;
import java.util.Optional;

/**
 * A step as train.jsonl has it.
 *
 * @param loss NaN where it was no number
 */
public record StepLine(int step, double loss, double learningRate, double seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The line of a report, without its line break. Numbers that JSON lacks become null. */
  static String of(StepReport report) {
    ObjectNode json = JSON.createObjectNode();
    json.put("step", report.step()).put("steps", report.steps());
    put(json, "loss", report.loss());
    put(json, "learning_rate", report.learningRate());
    put(json, "gradient_norm", report.gradientNorm());
    json.put("label_tokens", report.labelTokens()).put("positions", report.positions());
    put(json, "seconds", report.seconds());
    json.put("outcome", report.outcome().name().toLowerCase(Locale.ROOT));
    ArrayNode samples = json.putArray("samples");
    report.samples().forEach(samples::add);
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.internal(e, "cannot write JSON");
    }
  }

  private static void put(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    } else {
      json.putNull(key);
    }
  }

  /** Reads a line; empty if it is none, such as the rest of one whose writing was cut off. */
  static Optional<StepLine> parse(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      return json.path("step").isInt()
          ? Optional.of(
              new StepLine(
                  json.path("step").intValue(),
                  json.path("loss").asDouble(Double.NaN),
                  json.path("learning_rate").asDouble(Double.NaN),
                  json.path("seconds").asDouble(Double.NaN)))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}

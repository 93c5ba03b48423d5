package io.llavasg.eval.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run's {@code summary.json} says.
 *
 * @param folder of the run
 * @param missing items without an answer
 * @param asked which questions of which split, under which ids
 * @param limit where only the first items were asked
 * @param figures in hundredths
 */
record RunResult(
    Path folder, int missing, String asked, Optional<String> limit, List<Value> figures) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double HUNDREDTHS = 100;

  /**
   * A figure.
   *
   * @param interval over items, where it is a mean over them
   */
  record Value(String category, String metric, double value, Optional<Interval> interval) {}

  /** The result in a run's folder, if there is one. */
  static Optional<RunResult> read(Path folder) {
    Path file = folder.resolve("summary.json");
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      List<Value> figures = new ArrayList<>();
      json.path("figures").forEach(figure -> figures.add(value(figure)));
      Optional<String> limit =
          Optional.of(json.path("configuration").path("limit").asText())
              .filter(text -> !text.isEmpty());
      String asked = json.path("split").asText() + " " + json.path("items_sha256").asText();
      return Optional.of(
          new RunResult(folder, json.path("missing").asInt(), asked, limit, List.copyOf(figures)));
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "'%s' is damaged; score the run again, or remove the file", file);
    }
  }

  private static Value value(JsonNode json) {
    double value = HUNDREDTHS * json.path("value").asDouble();
    Optional<Interval> interval =
        json.has("low")
            ? Optional.of(
                new Interval(
                    value,
                    HUNDREDTHS * json.path("low").asDouble(),
                    HUNDREDTHS * json.path("high").asDouble(),
                    json.path("level").asDouble()))
            : Optional.empty();
    return new Value(json.path("category").asText(), json.path("metric").asText(), value, interval);
  }

  /** Whether every item of the task is in it. */
  boolean isWhole() {
    return missing == 0 && limit.isEmpty();
  }

  Optional<Value> figure(PaperTable.Column column) {
    return figures.stream()
        .filter(
            figure ->
                figure.metric().equals(column.metric())
                    && figure.category().equals(column.category()))
        .findFirst();
  }
}

package io.llavasg.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.Bootstrap;
import io.llavasg.eval.metric.Clusters;
import io.llavasg.eval.metric.PairedTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Two runs of the same task, item by item.
 *
 * @param task whose items they are
 * @param all over all items that both have
 * @param categories the same for each category, if there are several
 * @param onlyFirst items that only the first run has
 * @param onlySecond items that only the second run has
 */
public record Comparison(
    String task,
    Side first,
    Side second,
    PairedTest all,
    Map<String, PairedTest> categories,
    int onlyFirst,
    int onlySecond) {

  /** One of the runs; its mean score over the items that both have. */
  public record Side(Path folder, double mean) {}

  /**
   * An item's score.
   *
   * @param scene the item's own id where the file is of an earlier version and has none
   */
  private record Scored(String category, double score, String scene) {}

  private record Pair(double first, double second, String scene) {}

  /**
   * Compares the folders of two runs.
   *
   * @throws LlavaSgException user, if one is no such folder, or they have no item in common
   */
  public static Comparison of(Path first, Path second, Bootstrap bootstrap) {
    JsonNode left = summary(first);
    JsonNode right = summary(second);
    String task = left.path("task").asText();
    if (!right.path("task").asText().equals(task)) {
      throw LlavaSgException.user(
          "'%s' is a run of %s and '%s' one of %s: only runs of one task can be compared",
          first, task, second, right.path("task").asText());
    }
    requireSameItems(left, right, first, second);
    Map<String, Scored> one = scores(first);
    Map<String, Scored> other = scores(second);
    TreeMap<String, List<Pair>> byCategory = new TreeMap<>();
    List<Pair> pairs = new ArrayList<>();
    one.forEach(
        (id, scored) -> {
          @Nullable Scored match = other.get(id);
          if (match != null) {
            String scene = scored.scene.equals(id) ? match.scene : scored.scene;
            Pair pair = new Pair(scored.score, match.score, scene);
            pairs.add(pair);
            byCategory.computeIfAbsent(scored.category, key -> new ArrayList<>()).add(pair);
          }
        });
    if (pairs.isEmpty()) {
      throw LlavaSgException.user("'%s' and '%s' have no item in common", first, second);
    }
    Map<String, PairedTest> categories = new TreeMap<>();
    if (byCategory.size() > 1) {
      byCategory.forEach((name, part) -> categories.put(name, test(part, bootstrap)));
    }
    return new Comparison(
        task,
        new Side(first, mean(pairs, Pair::first)),
        new Side(second, mean(pairs, Pair::second)),
        test(pairs, bootstrap),
        categories,
        one.size() - pairs.size(),
        other.size() - pairs.size());
  }

  private static PairedTest test(List<Pair> pairs, Bootstrap bootstrap) {
    return PairedTest.of(
        column(pairs, Pair::first),
        column(pairs, Pair::second),
        Clusters.of(pairs.stream().map(Pair::scene).toList()),
        bootstrap);
  }

  private static double[] column(List<Pair> pairs, ToDoubleFunction<Pair> side) {
    return pairs.stream().mapToDouble(side).toArray();
  }

  private static double mean(List<Pair> pairs, ToDoubleFunction<Pair> side) {
    return pairs.stream().mapToDouble(side).average().orElse(0);
  }

  /** An id means the same question only within one form of the data. */
  private static void requireSameItems(JsonNode left, JsonNode right, Path first, Path second) {
    if (!left.path("split").equals(right.path("split"))) {
      throw LlavaSgException.user(
          "'%s' is of the split %s and '%s' of %s: only runs of one split can be compared",
          first, left.path("split").asText(), second, right.path("split").asText());
    }
    if (!left.path("items_sha256").equals(right.path("items_sha256"))) {
      throw LlavaSgException.user(
          "'%s' and '%s' were asked different questions, or under other ids: score the answers of"
              + " both with the same --data",
          first, second);
    }
  }

  private static JsonNode summary(Path folder) {
    Path file = folder.resolve(RunFolder.SUMMARY);
    try {
      return RunFolder.JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "'%s' is no folder of a finished run: there is no summary.json to be read", folder);
    }
  }

  private static Map<String, Scored> scores(Path folder) {
    Path file = folder.resolve(RunFolder.SCORES);
    Map<String, Scored> scores = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        JsonNode json = RunFolder.JSON.readTree(line);
        String id = json.path("id").asText();
        scores.put(
            id,
            new Scored(
                json.path("category").asText(),
                json.path("score").asDouble(),
                json.path("scene").asText(id)));
      }
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "'%s' is damaged; score the run again", file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' is not there: the run has no scores", file);
    }
    return scores;
  }
}

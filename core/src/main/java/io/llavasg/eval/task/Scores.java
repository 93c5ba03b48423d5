package io.llavasg.eval.task;

import io.llavasg.eval.metric.Bootstrap;
import io.llavasg.eval.metric.Clusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What answers are worth.
 *
 * @param items a score for everything that counts as one: an item, or for MMBench a question with
 *     its rotations
 * @param figures the benchmark's main figure first, then others, then those of categories
 * @param leftOut groups of items that count together and of which only some are answered, so that
 *     they are in no figure about groups
 */
public record Scores(List<ItemScore> items, List<Figure> figures, int leftOut) {

  public Scores {
    items = List.copyOf(items);
    figures = List.copyOf(figures);
  }

  /** Scores of items that count each for itself. */
  Scores(List<ItemScore> items, List<Figure> figures) {
    this(items, figures, 0);
  }

  Scores leavingOut(int groups) {
    return new Scores(items, figures, groups);
  }

  /** Scores whose figures are means: of all items, and of each category if there are several. */
  static Scores ofMeans(String metric, List<ItemScore> items, Bootstrap bootstrap) {
    List<Figure> figures = new ArrayList<>();
    figures.add(mean("", metric, items, bootstrap));
    figures.addAll(byCategory(metric, items, bootstrap));
    return new Scores(items, figures);
  }

  /** The means of categories, in the order of their names; none if there is one category only. */
  static List<Figure> byCategory(String metric, List<ItemScore> items, Bootstrap bootstrap) {
    TreeMap<String, List<ItemScore>> categories =
        items.stream()
            .collect(Collectors.groupingBy(ItemScore::category, TreeMap::new, Collectors.toList()));
    if (categories.size() < 2) {
      return List.of();
    }
    return categories.entrySet().stream()
        .map(entry -> mean(entry.getKey(), metric, entry.getValue(), bootstrap))
        .toList();
  }

  static Figure mean(String category, String metric, List<ItemScore> items, Bootstrap bootstrap) {
    double[] scores = items.stream().mapToDouble(ItemScore::score).toArray();
    List<String> scenes = items.stream().map(ItemScore::scene).toList();
    var interval = bootstrap.mean(scores, Clusters.of(scenes));
    return new Figure(category, metric, interval.estimate(), scores.length, Optional.of(interval));
  }

  /** The benchmark's main figure. */
  public Figure main() {
    return figures.getFirst();
  }
}

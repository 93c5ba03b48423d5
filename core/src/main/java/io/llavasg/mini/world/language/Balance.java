package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Chooses so that answers stay balanced, over a whole test set, within groups that the text of a
 * question tells apart. Of a scene's candidates it takes one whose answer its group has least of;
 * of these, one whose very text has had this answer least. It takes none if the least is far above
 * what the group's other answers have: a rare answer holds back the frequent ones.
 *
 * @param <T> what is chosen
 */
final class Balance<T> {
  /** How many more than the mean an answer may have: a share of it, and a few. */
  private static final double LEAD = 1.15;

  private static final int FEW = 3;

  private final Function<T, String> group;
  private final Function<T, String> answer;
  private final Function<T, String> text;
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Set<String>> answers = new HashMap<>();

  /**
   * A balance of nothing so far.
   *
   * @param group within which answers are to be balanced
   * @param text what a reader of the question alone sees
   */
  Balance(Function<T, String> group, Function<T, String> answer, Function<T, String> text) {
    this.group = group;
    this.answer = answer;
    this.text = text;
  }

  /** One of the candidates, now counted, or none. */
  Optional<T> choose(List<T> candidates, Chance chance) {
    List<T> best = new ArrayList<>();
    long least = Long.MAX_VALUE;
    for (T candidate : candidates) {
      answers
          .computeIfAbsent(group.apply(candidate), key -> new HashSet<>())
          .add(answer.apply(candidate));
      long score = 1000L * count(ofGroup(candidate)) + Math.min(999, count(ofText(candidate)));
      if (score < least) {
        least = score;
        best.clear();
      }
      if (score == least) {
        best.add(candidate);
      }
    }
    if (best.isEmpty()) {
      return Optional.empty();
    }
    T chosen = chance.pick(best);
    if (count(ofGroup(chosen)) > LEAD * mean(chosen) + FEW) {
      return Optional.empty();
    }
    counts.merge(ofGroup(chosen), 1, Integer::sum);
    counts.merge(ofText(chosen), 1, Integer::sum);
    counts.merge("all of " + group.apply(chosen), 1, Integer::sum);
    return Optional.of(chosen);
  }

  private double mean(T candidate) {
    String name = group.apply(candidate);
    return (double) count("all of " + name) / answers.getOrDefault(name, Set.of("")).size();
  }

  private String ofGroup(T candidate) {
    return "group " + group.apply(candidate) + ": " + answer.apply(candidate);
  }

  private String ofText(T candidate) {
    return "text " + text.apply(candidate) + ": " + answer.apply(candidate);
  }

  private int count(String key) {
    return counts.getOrDefault(key, 0);
  }
}

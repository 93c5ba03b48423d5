package io.llavasg.mini.world.language;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What can be had without looking: the most frequent answer of all, and the most frequent answer to
 * a question's text. Learnt from training questions; scored on test ones.
 */
public final class Baselines {
  /** A text that training had fewer times is guessed by its form. */
  private static final int ENOUGH = 5;

  private final Map<String, Map<String, Integer>> ofText = new HashMap<>();
  private final Map<String, Map<String, Integer>> ofForm = new HashMap<>();
  private final Map<String, Integer> ofAll = new HashMap<>();

  /**
   * A question to learn from or to be scored on.
   *
   * @param text all that a reader has without the image
   * @param form what questions of the same kind share: the template, or the type where training has
   *     not got it
   */
  public record Asked(String text, String form, String answer) {}

  /**
   * Shares of right answers.
   *
   * @param majority of always the test's own most frequent answer: the best of all constant ones
   * @param textOnly of the most frequent training answer to the text
   */
  public record Scores(int questions, String majorityAnswer, double majority, double textOnly) {}

  /** Learns from a training question. */
  public void learn(Asked asked) {
    ofText.computeIfAbsent(asked.text, key -> new HashMap<>()).merge(asked.answer, 1, Integer::sum);
    ofForm.computeIfAbsent(asked.form, key -> new HashMap<>()).merge(asked.answer, 1, Integer::sum);
    ofAll.merge(asked.answer, 1, Integer::sum);
  }

  /**
   * The most frequent answer to the text, else to its form, else of all; ties: the first in order.
   */
  String guess(String text, String form) {
    Map<String, Integer> known = ofText.getOrDefault(text, Map.of());
    if (known.values().stream().mapToInt(Integer::intValue).sum() >= ENOUGH) {
      return most(known);
    }
    return most(ofForm.getOrDefault(form, ofAll));
  }

  /** Scores both on a test. */
  public Scores score(List<Asked> test) {
    Map<String, Integer> answers = new HashMap<>();
    int right = 0;
    for (Asked asked : test) {
      answers.merge(asked.answer, 1, Integer::sum);
      right += guess(asked.text, asked.form).equals(asked.answer) ? 1 : 0;
    }
    String majority = most(answers);
    double count = Math.max(1, test.size());
    return new Scores(
        test.size(), majority, answers.getOrDefault(majority, 0) / count, right / count);
  }

  private static String most(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .max(Comparator.comparingInt(Map.Entry::getValue))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}

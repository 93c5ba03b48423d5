package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The soft accuracy of VQAv2: an answer is worth min(1, matches / 3) beside the other annotators,
 * averaged over leaving out each of them in turn. Answer and annotations are normalised ({@link
 * VqaNormalizer}), as lmms-eval does it always and the challenge's own script where the annotators
 * do not agree by the letter.
 */
public final class VqaAccuracy {
  /** So many annotators who say the same make an answer right. */
  private static final double ENOUGH = 3;

  private VqaAccuracy() {}

  /**
   * The answer's accuracy, from 0 to 1.
   *
   * @throws LlavaSgException user, if there is no annotator
   */
  public static double of(String answer, List<String> annotators) {
    if (annotators.isEmpty()) {
      throw LlavaSgException.user("a question without annotators' answers can't be scored");
    }
    String normal = VqaNormalizer.normalize(answer);
    Map<String, Boolean> known = new HashMap<>(); // Annotators mostly write the same.
    int matches = 0;
    for (String annotator : annotators) {
      boolean isMatch =
          known.computeIfAbsent(annotator, text -> VqaNormalizer.normalize(text).equals(normal));
      matches += isMatch ? 1 : 0;
    }
    double leftOutMatch = matches * Math.min(1, (matches - 1) / ENOUGH);
    double leftOutOther = (annotators.size() - matches) * Math.min(1, matches / ENOUGH);
    return (leftOutMatch + leftOutOther) / annotators.size();
  }
}

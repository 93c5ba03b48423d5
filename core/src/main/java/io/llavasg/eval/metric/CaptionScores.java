package io.llavasg.eval.metric;

import java.util.List;

/**
 * One metric's scores of captions.
 *
 * @param corpus the score of all together
 * @param each the score of every caption, in the captions' order
 */
public record CaptionScores(double corpus, List<Double> each) {
  public CaptionScores {
    each = List.copyOf(each);
  }

  /** Scores whose corpus score is their mean. */
  static CaptionScores mean(List<Double> each) {
    return new CaptionScores(each.stream().mapToDouble(score -> score).average().orElse(0), each);
  }
}

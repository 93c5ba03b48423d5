package io.llavasg.eval.metric;

import java.util.List;
import java.util.function.Predicate;

/**
 * POPE's figures. Answers count strictly: what is neither "yes" nor "no" is wrong, and neither a
 * false positive nor a false negative. A quotient of nothing is 0, and so are all figures of no
 * questions.
 *
 * @param questions how many were answered
 * @param accuracy share of right answers
 * @param precision of "yes"
 * @param recall of "yes", among yes-or-no answers
 * @param f1 harmonic mean of precision and recall
 * @param yesRatio share of the questions that are answered with "yes", POPE's own figure
 * @param labelYesRatio share of the questions whose label is "yes": what lmms-eval reports as the
 *     yes ratio, and nothing about the model
 */
public record PopeFigures(
    int questions,
    double accuracy,
    double precision,
    double recall,
    double f1,
    double yesRatio,
    double labelYesRatio) {

  /** The figures of these answers. */
  public static PopeFigures of(List<YesNo> pairs) {
    int right = count(pairs, YesNo::isRight);
    int answeredYes = count(pairs, pair -> pair.answer().equals("yes"));
    int labelledYes = count(pairs, pair -> pair.label().equals("yes"));
    int truePositives = count(pairs, pair -> pair.isRight() && pair.label().equals("yes"));
    int falseNegatives = count(pairs, pair -> !pair.isRight() && pair.answer().equals("no"));
    double precision = quotient(truePositives, answeredYes);
    double recall = quotient(truePositives, truePositives + falseNegatives);
    return new PopeFigures(
        pairs.size(),
        quotient(right, pairs.size()),
        precision,
        recall,
        quotient(2 * precision * recall, precision + recall),
        quotient(answeredYes, pairs.size()),
        quotient(labelledYes, pairs.size()));
  }

  private static int count(List<YesNo> pairs, Predicate<YesNo> kind) {
    return Math.toIntExact(pairs.stream().filter(kind).count());
  }

  private static double quotient(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }
}

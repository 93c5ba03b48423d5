package io.llavasg.eval.task;

import java.util.List;
import java.util.function.BiPredicate;

/** Scores of answers that are either right or wrong. */
final class ExactScore {
  private ExactScore() {}

  /**
   * @param isRight of an answer and the reference
   */
  static List<ItemScore> of(List<Answered> answers, BiPredicate<String, String> isRight) {
    return answers.stream()
        .map(
            one ->
                new ItemScore(
                    one.item(), isRight.test(one.answer(), one.item().reference()) ? 1 : 0))
        .toList();
  }
}

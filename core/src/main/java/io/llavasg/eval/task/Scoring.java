package io.llavasg.eval.task;

import io.llavasg.eval.metric.Bootstrap;
import io.llavasg.eval.metric.ChoiceJudge;
import java.util.Optional;

/**
 * How answers are scored.
 *
 * @param judge reads answers to multiple-choice questions that the matcher cannot
 * @param bootstrap makes the intervals
 */
public record Scoring(Optional<ChoiceJudge> judge, Bootstrap bootstrap) {
  /** Without a judge, 95 % intervals. */
  public static final Scoring OFFLINE = new Scoring(Optional.empty(), Bootstrap.DEFAULT);
}

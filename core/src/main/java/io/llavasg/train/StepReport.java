package io.llavasg.train;

import java.util.List;

/**
 * What a step did.
 *
 * @param step counted from 1
 * @param steps of the whole training
 * @param loss mean negative log-likelihood of the label tokens, before the step
 * @param learningRate of the step, for parameters without one of their own
 * @param gradientNorm over all trained parameters, before clipping
 * @param labelTokens how many tokens the loss is the mean of
 * @param positions what the language model read, padding not counted
 * @param seconds how long it took
 * @param samples ids of the examples
 * @param outcome whether the weights changed
 */
public record StepReport(
    int step,
    int steps,
    double loss,
    double learningRate,
    double gradientNorm,
    long labelTokens,
    long positions,
    double seconds,
    List<String> samples,
    Outcome outcome) {

  /** What became of a step. */
  public enum Outcome {
    DONE,
    /** Loss or gradient was not finite; no weight changed. */
    SKIPPED
  }

  public StepReport {
    samples = List.copyOf(samples);
  }
}

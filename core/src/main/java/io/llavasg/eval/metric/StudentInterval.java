package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The interval of a mean of a few independent values, by Student's t distribution: of results, or
 * of paired differences, over training seeds. A bootstrap of three values would be too narrow.
 */
public final class StudentInterval {
  private StudentInterval() {}

  /**
   * The mean and its interval.
   *
   * @param values two at least
   * @param level confidence, such as .95
   * @throws LlavaSgException user, if there are fewer
   */
  public static Interval of(double[] values, double level) {
    if (values.length < 2) {
      throw LlavaSgException.user(
          "an interval over seeds takes two values at least, not %d", values.length);
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    double error = Math.sqrt(squares / (values.length - 1) / values.length);
    double quantile =
        TDistribution.of(values.length - 1).inverseCumulativeProbability((1 + level) / 2);
    return new Interval(mean, mean - quantile * error, mean + quantile * error, level);
  }
}

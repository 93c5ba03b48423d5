package io.llavasg.eval.metric;

/**
 * An estimate and the interval that has the true value in it with the stated confidence.
 *
 * @param estimate the mean of what was measured
 * @param low the lower end
 * @param high the upper end
 * @param level the confidence, such as .95
 */
public record Interval(double estimate, double low, double high, double level) {

  /** Whether zero lies outside, as it has to where an effect is claimed. */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}

package io.llavasg.train;

/** With what values a network's parameters begin. */
@FunctionalInterface
public interface Initialisation {

  /** How the values of a parameter are drawn. */
  Normal of(String name, long... shape);

  /**
   * A normal distribution.
   *
   * @param standardDeviation 0 where all values are the mean
   */
  record Normal(double mean, double standardDeviation) {

    /** Around zero. */
    public static Normal of(double standardDeviation) {
      return new Normal(0, standardDeviation);
    }

    public static Normal constant(double value) {
      return new Normal(value, 0);
    }
  }
}

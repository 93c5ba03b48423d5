package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Two models' scores of the same items, compared.
 *
 * @param items how many
 * @param difference first minus second, with the bootstrap's interval over the items
 * @param better items on which the first is better
 * @param worse items on which it is worse
 * @param pValue of the exact two-sided sign test, which is McNemar's where scores are 0 or 1: how
 *     likely so uneven a split of better and worse is, if each were a fair coin
 */
public record PairedTest(int items, Interval difference, int better, int worse, double pValue) {

  /**
   * Compares scores of the same items in the same order.
   *
   * @throws LlavaSgException user, if there are not equally many
   */
  public static PairedTest of(double[] first, double[] second, Bootstrap bootstrap) {
    if (first.length != second.length) {
      throw LlavaSgException.user(
          "scores of %d and of %d items can't be compared in pairs", first.length, second.length);
    }
    double[] differences = new double[first.length];
    int better = 0;
    int worse = 0;
    for (int i = 0; i < first.length; i++) {
      differences[i] = first[i] - second[i];
      better += differences[i] > 0 ? 1 : 0;
      worse += differences[i] < 0 ? 1 : 0;
    }
    return new PairedTest(
        first.length, bootstrap.mean(differences), better, worse, signTest(better, worse));
  }

  /** Twice the smaller tail of so many fair coins, which has both in it at an even split. */
  private static double signTest(int better, int worse) {
    double tail =
        BinomialDistribution.of(better + worse, .5).cumulativeProbability(Math.min(better, worse));
    return Math.min(1, 2 * tail);
  }
}

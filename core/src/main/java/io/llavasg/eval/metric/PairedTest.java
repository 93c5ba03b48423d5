package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Two models' scores of the same items, compared.
 *
 * @param items how many
 * @param difference first minus second, with the bootstrap's interval over the clusters
 * @param better items on which the first is better
 * @param worse items on which it is worse
 * @param pValue two-sided. Where every item is its own cluster, of the exact sign test, which is
 *     McNemar's where scores are 0 or 1: how likely so uneven a split of better and worse is, if
 *     each were a fair coin. Otherwise of a permutation test: how likely so large a difference is,
 *     if a fair coin said for each cluster which of the two models is which
 */
public record PairedTest(int items, Interval difference, int better, int worse, double pValue) {
  private static final int PERMUTATIONS = 9_999;

  /** Sums of the same numbers in another order differ by less. */
  private static final double ROUNDING = 1e-9;

  /**
   * Compares scores of the same items in the same order.
   *
   * @throws LlavaSgException user, if there are not equally many
   */
  public static PairedTest of(double[] first, double[] second, Bootstrap bootstrap) {
    return of(first, second, Clusters.single(first.length), bootstrap);
  }

  /** As {@link #of(double[], double[], Bootstrap)}, of items that belong together. */
  public static PairedTest of(
      double[] first, double[] second, Clusters clusters, Bootstrap bootstrap) {
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
    double pValue =
        clusters.areSingle()
            ? signTest(better, worse)
            : permutationTest(clusters.sums(differences), bootstrap.seed());
    return new PairedTest(
        first.length, bootstrap.mean(differences, clusters), better, worse, pValue);
  }

  /**
   * The share of random signs under which the clusters' sums add up to as much as they do, or more;
   * the signs that are there count as one draw, so that it is never 0 (Phipson and Smyth 2010).
   */
  private static double permutationTest(double[] sums, long seed) {
    double[] moved = Arrays.stream(sums).filter(sum -> sum != 0).toArray();
    double observed = Math.abs(Arrays.stream(moved).sum());
    SplittableRandom random = new SplittableRandom(seed);
    int asLarge = 1;
    for (int i = 0; i < PERMUTATIONS; i++) {
      double total = 0;
      for (double sum : moved) {
        total += random.nextBoolean() ? sum : -sum;
      }
      asLarge += Math.abs(total) >= observed - ROUNDING ? 1 : 0;
    }
    return asLarge / (PERMUTATIONS + 1.0);
  }

  /** Twice the smaller tail of so many fair coins, which has both in it at an even split. */
  private static double signTest(int better, int worse) {
    double tail =
        BinomialDistribution.of(better + worse, .5).cumulativeProbability(Math.min(better, worse));
    return Math.min(1, 2 * tail);
  }
}

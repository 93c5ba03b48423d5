package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile intervals of a mean over a benchmark's items (Efron 1979): clusters of items are drawn
 * with replacement, as many as there are, and the means over the items of many such draws are
 * ranked. Items that are about one image are one cluster (Field and Welsh 2007), others one each.
 *
 * @param resamples how many draws
 * @param level confidence, such as .95
 * @param seed the same seed gives the same interval
 */
public record Bootstrap(int resamples, double level, long seed) {
  /** 1,000 draws and 95 %. */
  public static final Bootstrap DEFAULT = new Bootstrap(1000, .95, 0);

  public Bootstrap {
    if (resamples < 1 || !(level > 0 && level < 1)) {
      throw LlavaSgException.user(
          "a bootstrap of %d resamples at confidence %s makes no sense", resamples, level);
    }
  }

  /**
   * The interval of the mean; of no scores it is 0 to 0.
   *
   * @param scores one an item
   */
  public Interval mean(double[] scores) {
    return mean(scores, Clusters.single(scores.length));
  }

  /**
   * As {@link #mean(double[])}, of items that belong together.
   *
   * @throws LlavaSgException user, if there are not as many scores as items
   */
  public Interval mean(double[] scores, Clusters clusters) {
    if (scores.length == 0) {
      return new Interval(0, 0, 0, level);
    }
    double[] sums = clusters.sums(scores);
    int[] sizes = clusters.sizes();
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      double sum = 0;
      long items = 0;
      for (int j = 0; j < sums.length; j++) {
        int drawn = random.nextInt(sums.length);
        sum += sums[drawn];
        items += sizes[drawn];
      }
      means[i] = sum / items;
    }
    Arrays.sort(means);
    double estimate = Arrays.stream(scores).average().orElse(0);
    double tail = (1 - level) / 2;
    return new Interval(estimate, quantile(means, tail), quantile(means, 1 - tail), level);
  }

  /** Linear between neighbours. */
  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}

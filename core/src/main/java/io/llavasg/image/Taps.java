package io.llavasg.image;

/**
 * For each position of the target along one axis, the source positions it is made of and their
 * integer weights, which sum to about 2<sup>22</sup>. Target position i has the weights {@code
 * weights[i * stride … i * stride + count[i] - 1]} for the source positions from {@code first[i]}.
 */
final class Taps {

  final int[] first;
  final int[] count;
  final int[] weights;
  final int stride;

  /** Two bits of head room for weights beyond 1, and eight for the sample. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  static final int HALF = 1 << (PRECISION_BITS - 1);

  private Taps(int[] first, int[] count, int[] weights, int stride) {
    this.first = first;
    this.count = count;
    this.weights = weights;
    this.stride = stride;
  }

  /**
   * The kernel is stretched by the reduction, so that every source pixel counts (antialiasing); its
   * samples are normalised in double precision and then rounded half away from zero.
   */
  static Taps of(int source, int target, Filter filter) {
    double scale = (double) source / target;
    double stretch = Math.max(scale, 1);
    double support = filter.support() * stretch;
    double shrink = 1 / stretch;
    int stride = (int) Math.ceil(support) * 2 + 1;
    int[] first = new int[target];
    int[] count = new int[target];
    int[] weights = new int[Math.multiplyExact(target, stride)];
    double[] kernel = new double[stride];
    for (int i = 0; i < target; i++) {
      double centre = (i + 0.5) * scale;
      int low = Math.max(0, (int) (centre - support + 0.5));
      int taps = Math.min(source, (int) (centre + support + 0.5)) - low;
      double sum = 0;
      for (int t = 0; t < taps; t++) {
        kernel[t] = filter.weight((t + low - centre + 0.5) * shrink);
        sum += kernel[t];
      }
      for (int t = 0; t < taps; t++) {
        double weight = sum == 0 ? kernel[t] : kernel[t] / sum;
        double fixed = weight * (1 << PRECISION_BITS);
        weights[i * stride + t] = (int) (weight < 0 ? fixed - 0.5 : fixed + 0.5);
      }
      first[i] = low;
      count[i] = taps;
    }
    return new Taps(first, count, weights, stride);
  }
}

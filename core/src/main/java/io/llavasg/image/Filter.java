package io.llavasg.image;

/** The interpolation kernels of {@link Resize}: even functions, zero beyond their support. */
public enum Filter {
  /** The triangle. */
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      return x < 1 ? 1 - x : 0;
    }
  },
  /** Keys' cubic convolution with a = −½. */
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double a = -0.5;
      double x = Math.abs(distance);
      if (x < 1) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
  };

  private final double support;

  Filter(double support) {
    this.support = support;
  }

  double support() {
    return support;
  }

  /**
   * The kernel at a distance in source pixels (when enlarging) or target pixels (when reducing).
   */
  abstract double weight(double distance);
}

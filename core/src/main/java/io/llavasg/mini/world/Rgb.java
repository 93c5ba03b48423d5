package io.llavasg.mini.world;

/** Arithmetic on colours 0xRRGGBB. */
final class Rgb {
  private Rgb() {}

  /** {@code share} of {@code b}, the rest of {@code a}. */
  static int mix(int a, int b, double share) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = a >> shift & 0xff;
      int to = b >> shift & 0xff;
      mixed |= (int) (from + (to - from) * share + .5) << shift;
    }
    return mixed;
  }

  /** Brighter or darker by a factor, clipped. */
  static int scale(int rgb, double factor) {
    int scaled = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      scaled |= Math.min(255, (int) ((rgb >> shift & 0xff) * factor + .5)) << shift;
    }
    return scaled;
  }
}

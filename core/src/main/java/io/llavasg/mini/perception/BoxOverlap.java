package io.llavasg.mini.perception;

import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * Generalised intersection over union (Rezatofighi et al., 2019): IoU − (hull − union) / hull, from
 * −1 to 1. Boxes are centre and sides: (x, y, width, height).
 */
final class BoxOverlap {
  private BoxOverlap() {}

  /** Of boxes in two arrays, from an index on each. */
  static double generalised(float[] a, int i, float[] b, int j) {
    double width = shared(a[i], a[i + 2], b[j], b[j + 2]);
    double height = shared(a[i + 1], a[i + 3], b[j + 1], b[j + 3]);
    double both = Math.max(0, width) * Math.max(0, height);
    double union = (double) a[i + 2] * a[i + 3] + (double) b[j + 2] * b[j + 3] - both;
    double hull = (a[i + 2] + b[j + 2] - width) * (a[i + 3] + b[j + 3] - height);
    return both / union - (hull - union) / hull;
  }

  /** Length that two intervals share; negative: the gap between them. */
  private static double shared(float centreA, float sideA, float centreB, float sideB) {
    double left = Math.max(centreA - sideA / 2, centreB - sideB / 2);
    double right = Math.min(centreA + sideA / 2, centreB + sideB / 2);
    return right - left;
  }

  /** Of pairs: (M, 4) and (M, 4) → (M). */
  static Tensor generalised(Tensor a, Tensor b) {
    try (var scope = Scope.open()) {
      Tensor sidesA = a.narrow(1, 2, 2);
      Tensor sidesB = b.narrow(1, 2, 2);
      Tensor lowA = a.narrow(1, 0, 2).sub(sidesA.mul(.5));
      Tensor lowB = b.narrow(1, 0, 2).sub(sidesB.mul(.5));
      Tensor highA = lowA.add(sidesA);
      Tensor highB = lowB.add(sidesB);
      Tensor shared =
          highA.minimum(highB).sub(lowA.maximum(lowB)).clamp(0, Double.POSITIVE_INFINITY);
      Tensor hullSides = highA.maximum(highB).sub(lowA.minimum(lowB));
      Tensor both = area(shared);
      Tensor union = area(sidesA).add(area(sidesB)).sub(both);
      Tensor hull = area(hullSides);
      return scope.keep(both.div(union).sub(hull.sub(union).div(hull)));
    }
  }

  private static Tensor area(Tensor sides) {
    return sides.select(1, 0).mul(sides.select(1, 1));
  }
}

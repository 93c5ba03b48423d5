package io.llavasg.perception.groundingdino;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.Optional;

/**
 * Where deformable attention looks from: for each query, head, map and sample the place that the
 * offset starts at, and how far one unit of it reaches, in pixels of the map. In float32.
 *
 * @param starts (2, B, N, H·L·P), x before y; 1 in place of B where it is the same for all images
 * @param units likewise; one pixel where absent
 */
record SamplingPoints(Tensor starts, Optional<Tensor> units) {

  /**
   * How one layer samples.
   *
   * @param points per head and map
   */
  record Pattern(FeatureLevels levels, int heads, int points) {
    long samples() {
      return (long) heads * levels.count() * points;
    }

    /** A number for each head, map and sample: (H·L·P). */
    Tensor perSample(FeatureLevels.PerLevel value, Tensor like) {
      return spread(levels.perLevel(value, like.device()).reshape(1, 1, -1)).reshape(samples());
    }

    /** (B, N, L) → (B, N, H·L·P), the same for all heads and samples. */
    private Tensor spread(Tensor perLevel) {
      long batch = perLevel.size(0);
      long queries = perLevel.size(1);
      int maps = levels.count();
      return perLevel
          .reshape(batch, queries, 1, maps, 1)
          .expand(batch, queries, heads, maps, points)
          .reshape(batch, queries, samples());
    }
  }

  /**
   * Around points of the image.
   *
   * @param centres (1, N, 2), shares of the image's sides
   */
  static SamplingPoints around(Tensor centres, Pattern pattern) {
    return new SamplingPoints(starts(centres, pattern), Optional.empty());
  }

  /**
   * Within boxes of the image: half a side is as many units as there are samples (Deformable DETR,
   * appendix A.4).
   *
   * @param boxes (B, N, 4), centre and sides as shares of the image's
   */
  static SamplingPoints within(Tensor boxes, Pattern pattern) {
    Tensor units;
    try (var scope = Scope.open()) {
      Tensor halves = boxes.narrow(2, 2, 2).mul(0.5 / pattern.points());
      units = scope.keep(pixels(halves, pattern, 0));
    }
    return new SamplingPoints(starts(boxes, pattern), Optional.of(units));
  }

  /** A share of the side is this many pixels from the middle of the first pixel. */
  private static Tensor starts(Tensor shares, Pattern pattern) {
    return pixels(shares, pattern, -0.5);
  }

  private static Tensor pixels(Tensor shares, Pattern pattern, double added) {
    try (var scope = Scope.open()) {
      Tensor widths = pattern.levels().perLevel((size, level) -> size.width(), shares.device());
      Tensor heights = pattern.levels().perLevel((size, level) -> size.height(), shares.device());
      Tensor x = shares.narrow(2, 0, 1).mul(widths).add(added);
      Tensor y = shares.narrow(2, 1, 1).mul(heights).add(added);
      return scope.keep(Functional.stack(0, pattern.spread(x), pattern.spread(y)));
    }
  }

  long queries() {
    return starts.size(2);
  }

  /** A run of the queries: views. */
  SamplingPoints narrow(long from, long count) {
    return new SamplingPoints(
        starts.narrow(2, from, count), units.map(unit -> unit.narrow(2, from, count)));
  }

  /** Where the samples are, for offsets (B, N, H·L·P) in x: the same shape. */
  Tensor alongX(Tensor offsets) {
    return along(0, offsets);
  }

  /** As {@link #alongX}, in y. */
  Tensor alongY(Tensor offsets) {
    return along(1, offsets);
  }

  private Tensor along(int axis, Tensor offsets) {
    Tensor start = starts.select(0, axis);
    Tensor precise = offsets.to(DType.F32);
    return units
        .map(unit -> start.addcmul(precise, unit.select(0, axis)))
        .orElseGet(() -> start.add(precise));
  }
}

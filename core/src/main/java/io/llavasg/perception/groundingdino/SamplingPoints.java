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
   * Around points of the image.
   *
   * @param centres (1, N, 2), shares of the image's sides
   */
  static SamplingPoints around(Tensor centres, Grid grid) {
    return new SamplingPoints(starts(centres, grid), Optional.empty());
  }

  /**
   * Within boxes of the image: half a side is as many units as there are samples (Deformable DETR,
   * appendix A.4).
   *
   * @param boxes (B, N, 4), centre and sides as shares of the image's
   */
  static SamplingPoints within(Tensor boxes, Grid grid) {
    Tensor units;
    try (var scope = Scope.open()) {
      units = scope.keep(pixels(boxes.narrow(2, 2, 2).mul(0.5 / grid.points()), grid, 0));
    }
    return new SamplingPoints(starts(boxes, grid), Optional.of(units));
  }

  /** A share of the side is this many pixels from the middle of the first pixel. */
  private static Tensor starts(Tensor shares, Grid grid) {
    return pixels(shares, grid, -0.5);
  }

  private static Tensor pixels(Tensor shares, Grid grid, double added) {
    try (var scope = Scope.open()) {
      Tensor x = shares.narrow(2, 0, 1).mul(grid.width()).add(added);
      Tensor y = shares.narrow(2, 1, 1).mul(grid.height()).add(added);
      return scope.keep(Functional.stack(0, x, y));
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

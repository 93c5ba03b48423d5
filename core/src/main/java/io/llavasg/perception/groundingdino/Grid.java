package io.llavasg.perception.groundingdino;

import io.llavasg.image.Size;
import io.llavasg.perception.groundingdino.GroundingDinoConfig.Stack;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Framed maps whose values stand in rows, a row for each pixel and head, and how one stack of
 * layers samples them: for each sample of a query (S = H·L·P of them) its map's sides, the row of
 * pixel (0, 0), and the rows from one line of pixels to the next. Row numbers are float32, exact up
 * to 2²⁴. Its tensors belong to the scope it was made in.
 *
 * @param heads H
 * @param points P, samples per head and map
 * @param width (S)
 * @param height (S)
 * @param lastX (S), the last pixel from which there is another to the right, in the frame
 * @param lastY (S), likewise downward
 * @param origin (B, 1, S): images differ in nothing else
 * @param line (S)
 */
record Grid(
    FeatureLevels levels,
    int heads,
    int points,
    Tensor width,
    Tensor height,
    Tensor lastX,
    Tensor lastY,
    Tensor origin,
    Tensor line) {

  /** Whole numbers up to here are float32's. */
  private static final long EXACT = 1L << 24;

  /** Pixels of a map and of the frame around it. */
  static long framedArea(Size map) {
    return (map.width() + 2L) * (map.height() + 2L);
  }

  /**
   * @param batch B
   */
  static Grid of(FeatureLevels levels, Stack stack, long batch, Device device) {
    int heads = stack.heads();
    int points = stack.points();
    long rows = batch * levels.framedPlaces() * heads;
    if (rows > EXACT) {
      throw new IllegalArgumentException(
          "%d images at once have %d rows of values, of which float32 numbers %d"
              .formatted(batch, rows, EXACT));
    }
    List<float[]> samples = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      long start = 0;
      for (Size map : levels.sizes()) {
        long origin = (start + map.width() + 3) * heads + head;
        float line = (map.width() + 2) * heads;
        for (int point = 0; point < points; point++) {
          samples.add(new float[] {map.width(), map.height(), origin, line});
        }
        start += framedArea(map);
      }
    }
    int count = samples.size();
    float[] columns = new float[4 * count];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = samples.get(i % count)[i / count];
    }
    Tensor table = Tensor.of(columns, 4, count).to(device);
    Tensor image = Tensor.range(batch, levels.framedPlaces() * heads, DType.F32, device);
    return new Grid(
        levels,
        heads,
        points,
        table.select(0, 0),
        table.select(0, 1),
        table.select(0, 0).add(-1),
        table.select(0, 1).add(-1),
        table.select(0, 2).add(image.reshape(batch, 1, 1)),
        table.select(0, 3));
  }

  /**
   * Weighted sums of bilinear samples.
   *
   * @param rows (pixels · H, D)
   * @param x (B, Q, S), in pixels; zeros are read outside of a map
   * @param y (B, Q, S)
   * @param shares (B, Q, S), the samples' weights
   * @return (B · Q · H, D)
   */
  Tensor read(Tensor rows, Tensor x, Tensor y, Tensor shares) {
    try (var scope = Scope.open()) {
      Tensor insideX = x.clamp(-1, Double.POSITIVE_INFINITY).minimum(width);
      Tensor insideY = y.clamp(-1, Double.POSITIVE_INFINITY).minimum(height);
      // Which pixels are read has no gradient.
      Tensor left = Autograd.detach(insideX).floor().minimum(lastX);
      Tensor top = Autograd.detach(insideY).floor().minimum(lastY);
      Tensor below = shares.mul(insideY.sub(top));
      Tensor above = shares.sub(below);
      Tensor rightShare = insideX.sub(left);
      Tensor aboveRight = above.mul(rightShare);
      Tensor belowRight = below.mul(rightShare);
      Tensor first = origin.addcmul(top, line).addInPlace(left.mul(heads));
      Tensor second = first.add(line);
      Tensor indices = corners(first, first.add(heads), second, second.add(heads));
      Tensor factors =
          corners(above.sub(aboveRight), aboveRight, below.sub(belowRight), belowRight);
      return scope.keep(
          Functional.embeddingBag(indices.to(DType.I32), rows, factors.to(rows.dtype())));
    }
  }

  /** Four of (B, Q, S) → (B · Q · H, 4 · L · P). */
  private Tensor corners(Tensor... corners) {
    long queries = corners[0].size(0) * corners[0].size(1);
    long perHead = corners[0].size(2) / heads;
    Tensor[] split = new Tensor[corners.length];
    for (int i = 0; i < corners.length; i++) {
      split[i] = corners[i].reshape(queries, heads, perHead);
    }
    return Functional.stack(2, split).reshape(queries * heads, corners.length * perHead);
  }
}

package io.llavasg.perception.sam;

import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.sam.RelativePositions.Distances;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import java.util.Optional;

/** Attention of the image encoder, within windows or over the whole grid. */
final class SamVisionAttention {
  /** Scores that are in memory at a time on a CPU, 16 MB: a cache may hold them. */
  private static final long MOST_SCORES = 1L << 22;

  /** On a GPU 1 GB, which is an image's whole grid: few heads or rows would not fill it. */
  private static final long MOST_SCORES_ON_CUDA = 1L << 28;

  private final int heads;
  private final int window;
  private final Linear queryKeyValue;
  private final Linear projection;
  private final Optional<RelativePositions> positions;

  /**
   * @param window side of the windows in patches; 0 for the whole grid
   */
  SamVisionAttention(Parameters parameters, SamVisionConfig config, int window) {
    int size = config.hiddenSize();
    this.heads = config.numAttentionHeads();
    this.window = window;
    Parameters fused = parameters.in("qkv");
    queryKeyValue =
        config.qkvBias()
            ? Linear.of(fused, size, 3 * size)
            : Linear.withoutBias(fused, size, 3 * size);
    projection = Linear.of(parameters.in("proj"), size, size);
    positions =
        config.useRelPos()
            ? Optional.of(
                RelativePositions.of(
                    parameters, window == 0 ? config.gridSize() : window, config.headDim()))
            : Optional.empty();
  }

  /**
   * (B, H, W, C) → (B, H, W, C).
   *
   * @param distances of the grid, or of a window
   */
  Tensor forward(Tensor input_BHWC, Distances distances) {
    try (var scope = Scope.open()) {
      long height = input_BHWC.size(1);
      long width = input_BHWC.size(2);
      Tensor fused = queryKeyValue.forward(input_BHWC);
      if (window == 0) {
        return scope.keep(projection.forward(attend(fused, distances)));
      }
      Tensor windows = partition(fused);
      fused.free();
      Tensor attended = attend(windows, distances);
      windows.free();
      return scope.keep(projection.forward(join(attended, height, width)));
    }
  }

  /**
   * Windows of a map (B, H, W, C), row by row: (B·windows, window, window, C). Where the map does
   * not fill them, the pixels beyond are zero before the projection, so its bias behind it.
   */
  private Tensor partition(Tensor map) {
    try (var scope = Scope.open()) {
      long rows = -Math.floorDiv(-map.size(1), window);
      long columns = -Math.floorDiv(-map.size(2), window);
      return scope.keep(
          padded(map, rows * window, columns * window)
              .reshape(map.size(0), rows, window, columns, window, map.size(3))
              .transpose(2, 3)
              .reshape(map.size(0) * rows * columns, window, window, map.size(3)));
    }
  }

  private Tensor padded(Tensor map, long height, long width) {
    long below = height - map.size(1);
    long right = width - map.size(2);
    if (below == 0 && right == 0) {
      return map;
    }
    Tensor bias = queryKeyValue.bias();
    if (bias == null) {
      return Spatial.pad(map, 0, 0, 0, 0, right, 0, below);
    }
    Tensor padded =
        Tensor.empty(map.dtype(), map.device(), map.size(0), height, width, map.size(3));
    padded.narrow(1, map.size(1), below).copyInPlace(bias);
    padded.narrow(2, map.size(2), right).copyInPlace(bias);
    padded.narrow(1, 0, map.size(1)).narrow(2, 0, map.size(2)).copyInPlace(map);
    return padded;
  }

  /** The map of (B·windows, window, window, C), cut to (B, height, width, C). */
  private Tensor join(Tensor windows, long height, long width) {
    long rows = -Math.floorDiv(-height, window);
    long columns = -Math.floorDiv(-width, window);
    long batch = windows.size(0) / (rows * columns);
    return windows
        .reshape(batch, rows, columns, window, window, windows.size(3))
        .transpose(2, 3)
        .reshape(batch, rows * window, columns * window, windows.size(3))
        .narrow(1, 0, height)
        .narrow(2, 0, width);
  }

  /** Attention within each map: queries, keys and values (B, H, W, 3·C) → (B, H, W, C). */
  private Tensor attend(Tensor fused, Distances distances) {
    try (var scope = Scope.open()) {
      long batch = fused.size(0);
      long height = fused.size(1);
      long width = fused.size(2);
      long size = fused.size(3) / 3 / heads;
      Tensor parts_3BHND =
          fused.reshape(batch, height * width, 3, heads, size).permute(2, 0, 3, 1, 4);
      Tensor queries = parts_3BHND.select(0, 0);
      Tensor keys = parts_3BHND.select(0, 1);
      Tensor values = parts_3BHND.select(0, 2);
      Tensor attended_BHND =
          positions.isPresent()
              ? attend(positions.get(), distances, queries, keys, values, height)
              : Functional.scaledDotProductAttention(queries, keys, values, Mask.NONE);
      return scope.keep(attended_BHND.transpose(1, 2).reshape(batch, height, width, heads * size));
    }
  }

  /** As many heads at a time as their scores fit, or some rows of queries of one head. */
  private static Tensor attend(
      RelativePositions positions,
      Distances distances,
      Tensor queries,
      Tensor keys,
      Tensor values,
      long height) {
    try (var scope = Scope.open()) {
      long[] shape = queries.shape();
      long maps = shape[0] * shape[1];
      long length = shape[2];
      long width = length / height;
      Tensor queries_M1ND = queries.reshape(maps, 1, length, shape[3]);
      Tensor keys_M1ND = keys.reshape(maps, 1, length, shape[3]);
      Tensor values_M1ND = values.reshape(maps, 1, length, shape[3]);
      var scores = positions.scores(queries_M1ND.reshape(maps, height, width, shape[3]), distances);
      long most = queries.device().isCuda() ? MOST_SCORES_ON_CUDA : MOST_SCORES;
      long step = Math.clamp(most / (length * length), 1, maps);
      long rows = Math.clamp(most / (width * length), 1, height);
      Tensor attended = Tensor.empty(queries.dtype(), queries.device(), maps, 1, length, shape[3]);
      for (long map = 0; map < maps; map += step) {
        long count = Math.min(step, maps - map);
        for (long top = 0; top < height; top += rows) {
          long some = Math.min(rows, height - top);
          try (var chunk = Scope.open()) {
            Tensor part =
                Functional.scaledDotProductAttention(
                    queries_M1ND.narrow(0, map, count).narrow(2, top * width, some * width),
                    keys_M1ND.narrow(0, map, count),
                    values_M1ND.narrow(0, map, count),
                    Mask.of(scores.bias(map, count, top, some)));
            attended.narrow(0, map, count).narrow(2, top * width, some * width).copyInPlace(part);
          }
        }
      }
      return scope.keep(attended.reshape(shape));
    }
  }
}

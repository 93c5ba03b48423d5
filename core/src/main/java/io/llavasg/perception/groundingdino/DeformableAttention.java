package io.llavasg.perception.groundingdino;

import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Multi-scale deformable attention (Deformable DETR, equation 3): each query reads, per head, a few
 * places of each map, which it chooses by offsets, and adds them up by weights that it chooses too.
 *
 * <p>A sample between pixels is a weighted sum of four, and what a head reads a weighted sum of
 * samples: together one sum over 4·L·P rows of the values, all maps, samples and heads at once,
 * which is what an embedding bag computes. A frame of zero pixels around each map stands for
 * everything outside of it.
 *
 * <p>Shapes: B images, Q queries, N places of L maps, H heads, P samples, S = H·L·P, d features.
 */
final class DeformableAttention {
  /** Queries at a time on a CPU: their samples' places and weights stay in its cache. */
  private static final long CHUNK = 1024;

  private final int size;
  private final int heads;
  private final Linear offsets;
  private final Linear weights;
  private final Linear value;
  private final Linear output;

  DeformableAttention(
      Parameters parameters, GroundingDinoConfig config, GroundingDinoConfig.Stack stack) {
    size = config.dModel();
    heads = stack.heads();
    int samples = heads * config.numFeatureLevels() * stack.points();
    offsets = Linear.of(parameters.in("sampling_offsets"), size, 2 * samples);
    weights = Linear.of(parameters.in("attention_weights"), size, samples);
    value = Linear.of(parameters.in("value_proj"), size, size);
    output = Linear.of(parameters.in("output_proj"), size, size);
  }

  /**
   * @param queries (B, Q, d)
   * @param image (B, N, d), the maps one after the other
   * @param from where the queries look from
   * @param grid the maps, as a layer of this stack samples them
   * @return (B, Q, d)
   */
  Tensor forward(Tensor queries, Tensor image, SamplingPoints from, Grid grid) {
    try (var scope = Scope.open()) {
      Tensor rows = framed(value.forward(image), grid.levels()).reshape(-1, size / heads);
      Tensor offsetsX = alongAxis(queries, 0);
      Tensor offsetsY = alongAxis(queries, 1);
      Tensor shares = shares(queries);
      long batch = queries.size(0);
      long count = queries.size(1);
      long chunk = rows.device().isCuda() ? count : CHUNK;
      List<Tensor> read = new ArrayList<>();
      for (long start = 0; start < count; start += chunk) {
        long length = Math.min(chunk, count - start);
        SamplingPoints run = from.narrow(start, length);
        try (var inner = Scope.open()) {
          Tensor x = run.alongX(offsetsX.narrow(1, start, length));
          Tensor y = run.alongY(offsetsY.narrow(1, start, length));
          Tensor sums = grid.read(rows, x, y, shares.narrow(1, start, length));
          read.add(inner.keep(sums.reshape(batch, length, size)));
        }
      }
      Tensor joined =
          read.size() == 1 ? read.getFirst() : Functional.cat(1, read.toArray(Tensor[]::new));
      return scope.keep(output.forward(joined));
    }
  }

  /** Offsets in x or in y alone, which stand side by side in the weights: (B, Q, S). */
  private Tensor alongAxis(Tensor queries, int axis) {
    Tensor weight = offsets.weight();
    long samples = weight.size(0) / 2;
    return Functional.linear(
        queries,
        weight.reshape(samples, 2, size).select(1, axis),
        Objects.requireNonNull(offsets.bias()).reshape(samples, 2).select(1, axis));
  }

  /** The samples' weights, which add up to one for each query and head: (B, Q, S) of float32. */
  private Tensor shares(Tensor queries) {
    try (var scope = Scope.open()) {
      Tensor logits = weights.forward(queries).to(DType.F32);
      long count = queries.size(0) * queries.size(1);
      Tensor perHead = logits.reshape(count, heads, logits.size(2) / heads);
      return scope.keep(Functional.softmax(perHead, 2).reshape(logits.shape()));
    }
  }

  /** Values (B, N, d) with a frame of zeros around each map: (B, ΣL (h+2)·(w+2), d). */
  private Tensor framed(Tensor values, FeatureLevels levels) {
    long batch = values.size(0);
    Tensor rows = Tensor.zeros(values.dtype(), values.device(), batch, levels.framedPlaces(), size);
    try (var scope = Scope.open()) {
      long from = 0;
      long to = 0;
      for (var map : levels.sizes()) {
        rows.narrow(1, to, Grid.framedArea(map))
            .reshape(batch, map.height() + 2, map.width() + 2, size)
            .narrow(1, 1, map.height())
            .narrow(2, 1, map.width())
            .copyInPlace(
                values.narrow(1, from, map.area()).reshape(batch, map.height(), map.width(), size));
        from += map.area();
        to += Grid.framedArea(map);
      }
    }
    return rows;
  }
}

package io.llavasg.tensor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Products of matrices with half-precision weights on a CPU that has no instruction for them:
 * float16 nowhere, bfloat16 only on some. libtorch's own loop is up to ten times slower than
 * widening the weights on the fly: so the weights stay as stored, pages of the file, and are
 * widened for the moment of their product, a block at a time, so that a block stays in the cache
 * (docs/experiments.md has the figures).
 */
final class HalfProducts {
  /** From so many rows on, widening costs less than libtorch's own loop. */
  static final int MANY_ROWS = 16;

  /**
   * Elements of a block: 16 MB in float32, a part of the last cache of a server's or a laptop's.
   */
  private static final long BLOCK = 4 << 20;

  /** The faster one. */
  static final DType FASTER = CpuFlags.BF16 ? DType.BF16 : DType.F32;

  /** Of each thread, which is a model's own. */
  private static final ThreadLocal<DType> FLOAT16 = ThreadLocal.withInitial(() -> FASTER);

  private HalfProducts() {}

  /** In which dtype float16 weights are multiplied on this thread. */
  static void dtype(DType wider) {
    FLOAT16.set(wider);
  }

  private static DType wide(Tensor weight) {
    return weight.dtype() == DType.F16 ? FLOAT16.get() : DType.F32;
  }

  /** Whether widening is the faster way to multiply this weight with so many rows. */
  static boolean suit(Tensor weight, long rows) {
    return rows >= MANY_ROWS
        && (weight.isPlain(DType.F16) || (!CpuFlags.BF16 && weight.isPlain(DType.BF16)));
  }

  /**
   * As {@link #linear} where gradients are recorded, which need the whole weight again: it is
   * widened at once, and stays so until the graph is freed. The product of gradients is as fast as
   * this one then, and is rounded once.
   */
  static Tensor recordedLinear(Tensor rows, Tensor weight, @Nullable Tensor bias) {
    try (var scope = Scope.open()) {
      DType wide = wide(weight);
      Tensor wideBias = bias == null ? null : bias.to(wide);
      return scope.keep(
          Functional.linear(rows.to(wide), weight.to(wide), wideBias).to(weight.dtype()));
    }
  }

  /** As {@link Functional#linear}, for rows (n, in) and weight (out, in) in half precision. */
  static Tensor linear(Tensor rows, Tensor weight, @Nullable Tensor bias) {
    try (var scope = Scope.open()) {
      DType wide = wide(weight);
      Tensor input = rows.to(wide);
      long outputs = weight.size(0);
      long step = Math.min(outputs, Math.max(1, BLOCK / weight.size(1)));
      Tensor block = Tensor.empty(wide, Device.CPU, step, weight.size(1));
      List<Tensor> products = new ArrayList<>();
      for (long from = 0; from < outputs; from += step) {
        long count = Math.min(step, outputs - from);
        Tensor widened = block.narrow(0, 0, count).copyInPlace(weight.narrow(0, from, count));
        Tensor part = bias == null ? null : bias.narrow(0, from, count).to(wide);
        products.add(Functional.linear(input, widened, part).to(weight.dtype()));
      }
      return scope.keep(Functional.cat(1, products.toArray(Tensor[]::new)));
    }
  }
}

package io.llavasg.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Products of matrices with float16 weights on a CPU. CPUs read float16 vectors fast but have no
 * instruction for float16 matrix products, and libtorch's own loop is some ten times slower than
 * widening the weights on the fly: so the weights stay as stored, pages of the file, and each is
 * widened for the moment of its product (docs/experiments.md has the figures).
 */
final class HalfProducts {
  /** From so many rows on, widening costs less than libtorch's float16 loop. */
  static final int MANY_ROWS = 16;

  private static volatile DType dtype = cpuMultipliesBf16() ? DType.BF16 : DType.F32;

  private HalfProducts() {}

  static void dtype(DType wider) {
    dtype = wider;
  }

  /** As {@link Functional#linear}, for rows (n, in) and weight (out, in) in float16. */
  static Tensor linear(Tensor rows, Tensor weight, @Nullable Tensor bias) {
    DType wide = dtype;
    Tensor product =
        Functional.linear(rows.to(wide), weight.to(wide), bias == null ? null : bias.to(wide));
    return product.to(DType.F16);
  }

  /** Whether the CPU says that it has bfloat16 matrix instructions; false where it is unknown. */
  private static boolean cpuMultipliesBf16() {
    try {
      String flags = Files.readString(Path.of("/proc/cpuinfo"));
      return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
    } catch (IOException e) {
      return false;
    }
  }
}

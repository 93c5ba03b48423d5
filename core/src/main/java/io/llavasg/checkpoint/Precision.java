package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.DType;
import java.util.Locale;
import java.util.Optional;

/**
 * In which dtype a model computes: one that the user names, or what suits the stored weights.
 *
 * @param dtype empty for {@code auto}
 */
public record Precision(Optional<DType> dtype) {

  /**
   * As stored; a model whose weights are stored in several dtypes is kept in its language model's.
   * On a CPU, float16 weights stay as they are, too: vectors are multiplied in float16, matrices in
   * what the CPU is faster in, bfloat16 or float32 (docs/experiments.md has the cost of each
   * choice).
   */
  public static final Precision AUTO = new Precision(Optional.empty());

  public static Precision of(DType dtype) {
    return new Precision(Optional.of(dtype));
  }

  /** Parses {@code auto}, {@code f32}, {@code f16} or {@code bf16}. */
  public static Precision parse(String name) {
    if (name.toLowerCase(Locale.ROOT).equals("auto")) {
      return AUTO;
    }
    DType dtype = DType.parse(name);
    if (dtype != DType.F32 && dtype != DType.F16 && dtype != DType.BF16) {
      throw LlavaSgException.user("a model computes in auto, f32, f16 or bf16, not in '%s'", name);
    }
    return of(dtype);
  }

  /** The dtype in which weights stored as {@code stored} are kept. */
  public DType choose(DType stored) {
    if (!stored.isFloat()) {
      return stored;
    }
    return dtype.orElse(stored);
  }
}

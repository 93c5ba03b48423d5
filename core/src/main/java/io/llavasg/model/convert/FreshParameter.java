package io.llavasg.model.convert;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Initial values of new modules, as transformers initialises its own: matrices normal, biases 0,
 * norms 1 and 0. Computed in float32, then rounded.
 *
 * @param seed one seed gives the same values on every machine
 * @param std standard deviation of matrices: {@code initializer_range}
 */
record FreshParameter(long seed, double std) {
  private static final int PIECE = 1 << 18;

  /**
   * A new parameter to be written.
   *
   * @param info its rank and name tell what it is: a matrix, a norm's weight, or a bias
   */
  OutgoingTensor of(TensorInfo info) {
    return new OutgoingTensor(
        info,
        sink -> {
          DoubleSupplier values = values(info);
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate((long) PIECE * info.dtype().bytes());
            for (long start = 0; start < info.elements(); start += PIECE) {
              long count = Math.min(PIECE, info.elements() - start);
              for (long i = 0; i < count; i++) {
                FloatFormat.write(piece, info.dtype(), i, (float) values.getAsDouble());
              }
              sink.accept(piece.asSlice(0, count * info.dtype().bytes()));
            }
          }
        });
  }

  private DoubleSupplier values(TensorInfo info) {
    if (info.shape().size() > 1) {
      // java.util.Random's algorithm is specified, so that a seed keeps its meaning; each parameter
      // has a stream of its own, so that it does not depend on what is written before it.
      Random random = new Random(mix(seed + 0x9e3779b97f4a7c15L * info.name().hashCode()));
      return () -> random.nextGaussian() * std;
    }
    double value = info.name().endsWith(".weight") ? 1 : 0;
    return () -> value;
  }

  /** Spreads neighbouring seeds (the finaliser of SplitMix64, Steele et al., 2014). */
  private static long mix(long seed) {
    long z = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

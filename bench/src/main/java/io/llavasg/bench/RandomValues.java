package io.llavasg.bench;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.regex.Pattern;

/**
 * Weights as fast as a disk takes them: normally distributed values are drawn once, and each tensor
 * repeats them from a place of its own on. Weights of norms are 1.
 */
final class RandomValues implements AutoCloseable {
  /** More than the largest matrix of a 7B layer; prime, so that no two rows agree. */
  private static final int COUNT = 50_000_017;

  private static final int STRIDE = 7_368_787;
  private static final double STANDARD_DEVIATION = 0.02;
  private static final Pattern NORM = Pattern.compile(".*(?i:norm)[_a-z\\d]*\\.weight");

  private final Lifetime lifetime = new Lifetime();
  private final MemorySegment values;
  private final MemorySegment ones;
  private int drawn;

  RandomValues(DType dtype) {
    try (var scope = Scope.open()) {
      Tensor random =
          Tensor.empty(DType.F32, Device.CPU, COUNT).normalInPlace(0, STANDARD_DEVIATION);
      values = lifetime.own(random.to(dtype)).memory();
      ones = lifetime.own(Tensor.empty(dtype, Device.CPU, 1 << 16).fillInPlace(1)).memory();
    }
  }

  /** The tensor {@code info}, of the dtype of these values. */
  OutgoingTensor tensor(TensorInfo info) {
    long bytes = info.byteSize();
    if (NORM.matcher(info.name()).matches()) {
      return OutgoingTensor.of(info, () -> ones.asSlice(0, bytes));
    }
    long start = (long) drawn++ * STRIDE % COUNT * info.dtype().bytes();
    return new OutgoingTensor(
        info,
        sink -> {
          long from = start;
          for (long left = bytes; left > 0; ) {
            long piece = Math.min(left, values.byteSize() - from);
            sink.accept(values.asSlice(from, piece));
            left -= piece;
            from = 0;
          }
        });
  }

  @Override
  public void close() {
    lifetime.close();
  }
}

package io.llavasg.model.convert;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Floating-point elements as they lie in weight files: little-endian, rounded to nearest even. */
final class FloatFormat {
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfDouble F64 =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfShort F16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final long PIECE = 1 << 20;

  private FloatFormat() {}

  static float read(MemorySegment data, DType dtype, long index) {
    return switch (dtype) {
      case F64 -> (float) data.get(F64, index * 8);
      case F32 -> data.get(F32, index * 4);
      case F16 -> Float.float16ToFloat(data.get(F16, index * 2));
      case BF16 -> Float.intBitsToFloat(data.get(F16, index * 2) << 16);
      default -> throw new IllegalArgumentException(dtype + " is no floating-point dtype");
    };
  }

  static void write(MemorySegment data, DType dtype, long index, float value) {
    switch (dtype) {
      case F64 -> data.set(F64, index * 8, value);
      case F32 -> data.set(F32, index * 4, value);
      case F16 -> data.set(F16, index * 2, Float.floatToFloat16(value));
      case BF16 -> data.set(F16, index * 2, bfloat16(value));
      default -> throw new IllegalArgumentException(dtype + " is no floating-point dtype");
    }
  }

  /** The upper half of a float's bits, rounded to nearest, ties to even; NaN stays NaN. */
  private static short bfloat16(float value) {
    int bits = Float.floatToIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** A stored tensor to be written under {@code name} in {@code dtype}, piece by piece. */
  static OutgoingTensor convert(StoredTensor tensor, String name, DType dtype) {
    if (tensor.dtype() == dtype || !tensor.dtype().isFloat()) {
      return OutgoingTensor.of(tensor.withName(name));
    }
    TensorInfo info = new TensorInfo(name, dtype, tensor.shape());
    return new OutgoingTensor(
        info,
        sink -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = tensor.data(arena);
            MemorySegment to = arena.allocate(Math.min(PIECE, info.elements()) * dtype.bytes());
            for (long start = 0; start < info.elements(); start += PIECE) {
              long count = Math.min(PIECE, info.elements() - start);
              for (long i = 0; i < count; i++) {
                write(to, dtype, i, read(from, tensor.dtype(), start + i));
              }
              sink.accept(to.asSlice(0, count * dtype.bytes()));
            }
          }
        });
  }
}

package io.llavasg.model.convert;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * The embedding or the head with rows for new tokens: the mean of the original vocabulary's rows.
 */
final class TokenRows {
  private static final int PIECE_ROWS = 256;

  private final StoredTensor stored;
  private final Vocabulary vocabulary;
  private final DType dtype;
  private final long size;

  private TokenRows(StoredTensor stored, Vocabulary vocabulary, DType dtype) {
    this.stored = stored;
    this.vocabulary = vocabulary;
    this.dtype = dtype;
    this.size = stored.shape().get(1);
  }

  /** {@code stored} (V, size) to be written as (rows, size) under {@code name}. */
  static OutgoingTensor of(StoredTensor stored, String name, Vocabulary vocabulary, DType dtype) {
    TokenRows rows = new TokenRows(stored, vocabulary, dtype);
    List<Long> shape = List.of((long) vocabulary.rows(), rows.size);
    return new OutgoingTensor(new TensorInfo(name, dtype, shape), rows::writeTo);
  }

  private void writeTo(Consumer<MemorySegment> sink) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = stored.data(arena);
      float[] mean = mean(from);
      MemorySegment piece = arena.allocate(PIECE_ROWS * size * dtype.bytes());
      for (int start = 0; start < vocabulary.rows(); start += PIECE_ROWS) {
        int count = Math.min(PIECE_ROWS, vocabulary.rows() - start);
        for (int row = 0; row < count; row++) {
          writeRow(from, start + row, mean, piece.asSlice(row * size * dtype.bytes()));
        }
        sink.accept(piece.asSlice(0, count * size * dtype.bytes()));
      }
    }
  }

  private void writeRow(MemorySegment from, int row, float[] mean, MemorySegment to) {
    boolean isNew = row >= stored.shape().get(0) || vocabulary.fresh().contains(row);
    if (isNew) {
      for (int i = 0; i < size; i++) {
        FloatFormat.write(to, dtype, i, mean[i]);
      }
    } else if (stored.dtype() == dtype) {
      long bytes = size * dtype.bytes();
      MemorySegment.copy(from, row * bytes, to, 0, bytes);
    } else {
      for (int i = 0; i < size; i++) {
        FloatFormat.write(to, dtype, i, FloatFormat.read(from, stored.dtype(), row * size + i));
      }
    }
  }

  private float[] mean(MemorySegment from) {
    double[] sums = new double[Math.toIntExact(size)];
    for (long row = 0; row < vocabulary.original(); row++) {
      for (int i = 0; i < size; i++) {
        sums[i] += FloatFormat.read(from, stored.dtype(), row * size + i);
      }
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / vocabulary.original());
    }
    return mean;
  }
}

package io.llavasg.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A tensor to be written, whose values are made only when it's their turn.
 *
 * @param info name, dtype and shape
 * @param content gives the values
 */
public record OutgoingTensor(TensorInfo info, Content content) {

  /** Gives a tensor's values: little-endian, row by row. */
  @FunctionalInterface
  public interface Content {

    /**
     * Passes the values to {@code sink}, in as many pieces as it likes; a piece may be freed or
     * reused once the call that passes it returns.
     */
    void writeTo(Consumer<MemorySegment> sink);
  }

  /** A tensor whose values come as one segment, asked for when it's written. */
  public static OutgoingTensor of(TensorInfo info, Supplier<MemorySegment> data) {
    return new OutgoingTensor(info, sink -> sink.accept(data.get()));
  }

  /** A tensor of another weight file, as it's stored there. */
  public static OutgoingTensor of(StoredTensor tensor) {
    return of(tensor.info(), tensor::data);
  }
}

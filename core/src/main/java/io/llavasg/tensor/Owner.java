package io.llavasg.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a native tensor belongs to. Every {@link Tensor} has exactly one owner, and lives until that
 * owner is closed: a {@link Scope} for the values of one computation, a {@link Lifetime} for what
 * outlives it (weights, key_value caches). See {@code docs/memory.md}.
 */
public abstract class Owner implements AutoCloseable {
  private static final AtomicLong LIVE = new AtomicLong();

  private final List<Tensor> tensors = new ArrayList<>();
  private boolean closed;

  Owner() {}

  /** How many native tensors this process holds at the moment, over all owners. */
  public static long liveTensors() {
    return LIVE.get();
  }

  final Tensor adopt(Tensor tensor) {
    if (closed) {
      throw new IllegalStateException("tensor handed to an owner that is closed already");
    }
    if (tensor.owner == null) {
      LIVE.incrementAndGet();
    }
    tensor.owner = this;
    tensors.add(tensor);
    return tensor;
  }

  /** Frees one tensor of this owner early. */
  final void free(Tensor tensor) {
    tensor.owner = null;
    LIVE.decrementAndGet();
    tensor.release();
  }

  /** Size of the tensors that belong to this owner, in bytes. */
  public final long bytes() {
    long bytes = 0;
    for (Tensor tensor : tensors) {
      bytes += tensor.owner == this ? tensor.bytes() : 0;
    }
    return bytes;
  }

  final boolean isClosed() {
    return closed;
  }

  /** Frees every tensor that still belongs to this owner. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int i = tensors.size() - 1; i >= 0; i--) {
      Tensor tensor = tensors.get(i);
      if (tensor.owner == this) {
        free(tensor);
      }
    }
    tensors.clear();
  }
}

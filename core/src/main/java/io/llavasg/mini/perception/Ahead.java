package io.llavasg.mini.perception;

import io.llavasg.LlavaSgException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the batches of coming steps on a thread of its own.
 *
 * @param <B> a batch: Java values, no tensors
 */
final class Ahead<B> implements AutoCloseable {
  private static final int BATCHES = 4;

  private final BlockingQueue<Prepared<B>> queue = new ArrayBlockingQueue<>(BATCHES);
  private final Thread thread;

  private record Prepared<B>(int step, @Nullable B batch, @Nullable Throwable failure) {}

  /**
   * @param prepare makes a step's batch; only the thread calls it
   * @param first step that will be asked for
   */
  Ahead(IntFunction<B> prepare, int first) {
    thread = new Thread(() -> work(prepare, first), "scenes");
    thread.setDaemon(true);
    thread.start();
  }

  private void work(IntFunction<B> prepare, int first) {
    try {
      for (int step = first; !Thread.currentThread().isInterrupted(); step++) {
        queue.put(prepared(prepare, step));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private static <B> Prepared<B> prepared(IntFunction<B> prepare, int step) {
    try {
      return new Prepared<>(step, prepare.apply(step), null);
    } catch (RuntimeException | Error e) {
      return new Prepared<>(step, null, e);
    }
  }

  /** The batch of the next step. */
  B next(int step) {
    try {
      Prepared<B> prepared = queue.take();
      if (prepared.batch == null) {
        throw new IllegalStateException("step " + step + " has no batch", prepared.failure);
      }
      if (prepared.step != step) {
        throw new IllegalStateException("step " + prepared.step + " comes before " + step);
      }
      return prepared.batch;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LlavaSgException.user(e, "interrupted");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

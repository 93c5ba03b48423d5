package io.llavasg.tensor;

import io.llavasg.LlavaSgException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One platform thread on which a model computes. libtorch keeps its modes on the thread and grows a
 * team of workers for each thread that calls it, so callers, virtual threads included, hand their
 * work over here.
 */
public final class TensorThread implements AutoCloseable {
  private final ExecutorService executor;
  private volatile @Nullable Thread thread;

  public TensorThread(String name) {
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread created = new Thread(task, name);
              created.setDaemon(true);
              thread = created;
              return created;
            });
  }

  /**
   * Runs {@code work} as {@link Torch#infer} does, after what was asked before, and waits for it.
   *
   * @throws IllegalStateException on this thread itself, or once it is closed
   */
  public <T> T call(Callable<T> work) {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("a model cannot be asked from within its own answer");
    }
    Future<T> future = submit(work);
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw rethrown(e);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw LlavaSgException.user(e, "interrupted while the model was computing");
    }
  }

  private <T> Future<T> submit(Callable<T> work) {
    try {
      return executor.submit(() -> Torch.infer(work));
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("this model is closed", e);
    }
  }

  private static RuntimeException rethrown(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException runtime
        ? runtime
        : LlavaSgException.internal(e, "%s", String.valueOf(e.getCause()));
  }

  /** Whether no more work is taken. */
  public boolean isClosed() {
    return executor.isShutdown();
  }

  /** Finishes what was asked, and takes no more; closing again does nothing. */
  @Override
  public void close() {
    executor.close();
  }
}

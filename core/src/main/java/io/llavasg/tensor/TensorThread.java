package io.llavasg.tensor;

import io.llavasg.LlavaSgException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One platform thread on which a model computes. libtorch keeps its modes on the thread and grows a
 * team of workers for each thread that calls it, so callers, virtual threads included, hand their
 * work over here.
 */
public final class TensorThread implements AutoCloseable {
  private final ExecutorService executor;
  private final AtomicBoolean closed = new AtomicBoolean();
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
   * <p>Work whose caller is interrupted is not begun. If it has begun, this thread is interrupted,
   * which generation heeds between two tokens, and the caller waits until it ends: what it made is
   * returned all the same, and nothing is lost.
   *
   * @throws LlavaSgException resources, if interrupted; the caller's thread stays so
   * @throws IllegalStateException on this thread itself, or once it is closed
   */
  public <T> T call(Callable<T> work) {
    Job<T> job = new Job<>(work);
    Future<T> future = submit(job);
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw rethrown(e);
    } catch (InterruptedException e) {
      try {
        if (job.interrupt()) {
          return patiently(future::get);
        }
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof Error error) {
          throw error;
        }
        e.addSuppressed(failed);
      } finally {
        Thread.currentThread().interrupt();
      }
      throw LlavaSgException.resources(e, "interrupted while the model was computing");
    }
  }

  /** As {@link #call}, but an interrupted caller waits as well: for work that frees. */
  public void finish(Runnable work) {
    Future<Boolean> future =
        submit(
            new Job<>(
                () -> {
                  work.run();
                  return true;
                }));
    try {
      patiently(future::get);
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
  }

  private void requireOther() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException(
          "a model cannot be asked from within its own answer, nor closed");
    }
  }

  private <T> Future<T> submit(Job<T> job) {
    requireOther();
    try {
      return executor.submit(job);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("this model is closed", e);
    }
  }

  /** Work that its caller can call off. */
  private final class Job<T> implements Callable<T> {
    private final Callable<T> work;
    private boolean begun;
    private boolean ended;
    private boolean calledOff;

    Job(Callable<T> work) {
      this.work = work;
    }

    @Override
    public T call() {
      synchronized (this) {
        if (calledOff) {
          throw new CancellationException();
        }
        begun = true;
      }
      try {
        Torch.claimThreads();
        return Torch.infer(work);
      } finally {
        synchronized (this) {
          ended = true;
          Thread.interrupted(); // meant for this job, not for the next
        }
      }
    }

    /** Calls it off; returns whether it has begun, so that it ends by itself. */
    synchronized boolean interrupt() {
      calledOff = true;
      Thread running = thread;
      if (begun && !ended && running != null) {
        running.interrupt();
      }
      return begun;
    }
  }

  /** What a wait gives, or how it fails. */
  private interface Wait<T, E extends Exception> {
    T await() throws InterruptedException, E;
  }

  /** Waits on if interrupted, and leaves the thread interrupted then. */
  private static <T, E extends Exception> T patiently(Wait<T, E> wait) throws E {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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

  /**
   * Finishes what was asked, then runs {@code last}, which frees, and takes no more; closing again
   * does nothing.
   *
   * @throws IllegalStateException on this thread itself, which stays open then
   */
  public void close(Runnable last) {
    requireOther();
    if (!closed.getAndSet(true)) {
      try {
        finish(last);
      } finally {
        close();
      }
    }
  }

  /** Finishes what was asked, and takes no more; closing again does nothing. */
  @Override
  public void close() {
    executor.shutdown();
    patiently(() -> executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS));
  }
}

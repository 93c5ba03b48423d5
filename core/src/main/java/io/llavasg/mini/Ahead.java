package io.llavasg.mini;

import io.llavasg.LlavaSgException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Makes what the next steps need while the current one is computed, in a thread of its own. What is
 * made depends on the step's number alone.
 */
public final class Ahead<T> implements AutoCloseable {
  private static final int WAITING = 2;

  private final IntFunction<T> maker;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread worker = new Thread(work, "ahead");
            worker.setDaemon(true);
            return worker;
          });
  private final Deque<Future<T>> coming = new ArrayDeque<>();
  private int next = -1;

  /**
   * @param maker called by that thread alone
   */
  public Ahead(IntFunction<T> maker) {
    this.maker = maker;
  }

  /** What a step needs. */
  public T of(int step) {
    if (step != next) {
      coming.clear();
      next = step;
    }
    while (coming.size() <= WAITING) {
      int made = next + coming.size();
      coming.add(thread.submit(() -> maker.apply(made)));
    }
    next++;
    try {
      return coming.removeFirst().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : LlavaSgException.internal(e, "step %d could not be prepared: %s", step, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LlavaSgException.internal(e, "interrupted while step %d was prepared", step);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

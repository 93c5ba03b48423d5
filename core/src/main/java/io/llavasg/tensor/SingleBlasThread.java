package io.llavasg.tensor;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Keeps OpenBLAS to the calling thread while open. Operations that share their work between
 * libtorch's threads call OpenBLAS from each of them, and there its own pool of threads makes them
 * wait for one another: attention took from twice to forty times as long.
 *
 * <p>OpenBLAS has one number for the whole process: the last of several models that compute at once
 * gives it back.
 */
final class SingleBlasThread implements AutoCloseable {
  @GuardedBy("SingleBlasThread.class") private static int users;

  @GuardedBy("SingleBlasThread.class") private static int otherwise;

  private SingleBlasThread() {}

  static synchronized SingleBlasThread open() {
    if (users++ == 0) {
      otherwise = BlasThreads.get();
      BlasThreads.set(1);
    }
    return new SingleBlasThread();
  }

  /** Gives OpenBLAS so many threads, at once or when the last is closed. */
  static synchronized void otherwise(int threads) {
    otherwise = threads;
    if (users == 0) {
      BlasThreads.set(threads);
    }
  }

  private static synchronized void leave() {
    if (--users == 0) {
      BlasThreads.set(otherwise);
    }
  }

  @Override
  public void close() {
    leave();
  }
}

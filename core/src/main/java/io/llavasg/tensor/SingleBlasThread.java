package io.llavasg.tensor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.bytedeco.openblas.global.openblas_nolapack;

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
      otherwise = openblas_nolapack.blas_get_num_threads();
      openblas_nolapack.blas_set_num_threads(1);
    }
    return new SingleBlasThread();
  }

  /** Gives OpenBLAS so many threads, at once or when the last is closed. */
  static synchronized void otherwise(int threads) {
    otherwise = threads;
    if (users == 0) {
      openblas_nolapack.blas_set_num_threads(threads);
    }
  }

  private static synchronized void leave() {
    if (--users == 0) {
      openblas_nolapack.blas_set_num_threads(otherwise);
    }
  }

  @Override
  public void close() {
    leave();
  }
}

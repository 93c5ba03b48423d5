package io.llavasg.tensor;

import org.bytedeco.openblas.global.openblas_nolapack;

/** Gives OpenBLAS back, when closed, the threads that it had when this was opened. */
final class BlasThreads implements AutoCloseable {
  private final int before = openblas_nolapack.blas_get_num_threads();

  @Override
  public void close() {
    openblas_nolapack.blas_set_num_threads(before);
  }
}

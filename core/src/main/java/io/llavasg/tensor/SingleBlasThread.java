package io.llavasg.tensor;

import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Keeps OpenBLAS to the calling thread while open. Operations that share their work between
 * libtorch's threads call OpenBLAS from each of them, and there its own pool of threads makes them
 * wait for one another: attention took from twice to forty times as long.
 */
final class SingleBlasThread implements AutoCloseable {
  private final int before = openblas_nolapack.blas_get_num_threads();

  SingleBlasThread() {
    openblas_nolapack.blas_set_num_threads(1);
  }

  @Override
  public void close() {
    openblas_nolapack.blas_set_num_threads(before);
  }
}

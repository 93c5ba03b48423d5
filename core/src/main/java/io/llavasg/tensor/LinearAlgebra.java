package io.llavasg.tensor;

import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/** Decompositions of matrices, as {@code torch.linalg}. */
public final class LinearAlgebra {
  private LinearAlgebra() {}

  /**
   * Eigenvalues and eigenvectors of a symmetric matrix.
   *
   * @param values (N), ascending
   * @param vectors (N, N), one in each column, of length 1; their signs are arbitrary
   */
  public record Eigen(Tensor values, Tensor vectors) {}

  /** The eigenvalues and eigenvectors of a symmetric matrix (N, N). */
  public static Eigen eigen(Tensor symmetric) {
    try (T_TensorTensor_T pair = torch.linalg_eigh(symmetric.raw)) {
      return new Eigen(Tensor.part(pair.get0()), Tensor.part(pair.get1()));
    }
  }
}

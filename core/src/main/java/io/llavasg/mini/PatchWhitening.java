package io.llavasg.mini;

import io.llavasg.tensor.LinearAlgebra;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.Initialisation;
import java.util.Arrays;

/**
 * A first patch embedding that tells patches apart from the start: their principal components,
 * those of little variance as loud as the others (Coates and Ng, 2011, section 3). Edges are among
 * the quiet ones, and networks that are trained on few pictures come to them late.
 */
public final class PatchWhitening {
  /** Of an output's deviation. */
  private static final double DEVIATION = .5;

  /** Added to variances, so that noise is not made as loud as everything else. */
  private static final double EPSILON = 1e-3;

  private PatchWhitening() {}

  /**
   * Fills weights (out, 3, patch, patch), out at most 3·patch². Rows that are left over are drawn.
   *
   * @param pixels example pictures, B·3·side·side values, normalised as the network will see them
   */
  public static Initialisation.Fill of(float[] pixels, int side, int patch) {
    float[] filters = filters(pixels, side, patch); // not a tensor: those belong to scopes
    int inputs = 3 * patch * patch;
    return (parameter, fanIn) -> {
      Initialisation.normal(EMPTY_ROW).fill(parameter, fanIn);
      int rows = Math.toIntExact(Math.min(parameter.size(0), inputs));
      float[] loudest = Arrays.copyOf(filters, rows * inputs);
      parameter.narrow(0, 0, rows).copyInPlace(Tensor.of(loudest, rows, 3, patch, patch));
    };
  }

  private static final double EMPTY_ROW = .02;

  /** Rows of 3·patch² weights, from the loudest component to the quietest. */
  private static float[] filters(float[] pixels, int side, int patch) {
    return Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            long grid = side / patch;
            long inputs = 3L * patch * patch;
            long pictures = pixels.length / (3L * side * side);
            Tensor patches =
                Tensor.of(pixels, pictures, 3, grid, patch, grid, patch)
                    .permute(0, 2, 4, 1, 3, 5)
                    .reshape(pictures * grid * grid, inputs);
            Tensor centred = patches.sub(patches.mean(0));
            Tensor covariance =
                centred.transpose(0, 1).matmul(centred).div((double) centred.size(0));
            LinearAlgebra.Eigen eigen = LinearAlgebra.eigen(covariance);
            float[] variances = eigen.values().toFloats();
            float[] vectors = eigen.vectors().transpose(0, 1).contiguous().toFloats();
            int size = variances.length;
            float[] filters = new float[size * size];
            for (int row = 0; row < size; row++) {
              int from = size - 1 - row;
              double scale = DEVIATION / Math.sqrt(variances[from] + EPSILON);
              for (int i = 0; i < size; i++) {
                filters[row * size + i] = (float) (scale * vectors[from * size + i]);
              }
            }
            return filters;
          }
        });
  }
}

package io.llavasg.nn;

import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * Rotary position embedding (Su et al., 2021) in the half-split form of LLaMA's Hugging Face
 * weights: dimension i turns with dimension i + D/2 by the angle position · θ^(−2i/D).
 *
 * @param headDim D, even
 * @param theta the base θ
 * @param scale positions are divided by it (linear scaling); 1 for none
 */
public record Rope(int headDim, double theta, double scale) {

  public Rope {
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException("rope needs an even head dimension, not " + headDim);
    }
  }

  /** The rotation of each position: cosines, and sines with the sign of the half they act on. */
  public record Rotation(Tensor cos, Tensor signedSin) {

    /** Rotates queries or keys (B, H, N, D). */
    public Tensor apply(Tensor heads) {
      int half = Math.toIntExact(heads.size(-1) / 2);
      return heads.mul(cos).addcmul(heads.roll(half, -1), signedSin);
    }
  }

  /**
   * Angles are computed in float32, whatever the dtype of {@code like}.
   *
   * @param positions one row of N positions for each sequence, or one row for all of them
   * @param like gives the dtype and the device
   */
  public Rotation rotation(int[][] positions, Tensor like) {
    int half = headDim / 2;
    int length = positions[0].length;
    float[] frequencies = frequencies();
    // With the sign of the half that their sine acts on, which their cosine does not see.
    float[] angles = new float[positions.length * length * headDim];
    int at = 0;
    for (int[] row : positions) {
      for (int position : row) {
        for (int i = 0; i < half; i++) {
          float angle = (float) (position / scale) * frequencies[i];
          angles[at + i] = -angle;
          angles[at + half + i] = angle;
        }
        at += headDim;
      }
    }
    Tensor cos;
    Tensor signedSin;
    try (var scope = Scope.open()) {
      Tensor angle = Tensor.of(angles, positions.length, 1, length, headDim).to(like.device());
      cos = scope.keep(angle.cos().like(like));
      signedSin = scope.keep(angle.sin().like(like));
    }
    return new Rotation(cos, signedSin);
  }

  /** θ^(−2i/D) for each i below D/2. */
  private float[] frequencies() {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (1 / Math.pow(theta, 2.0 * i / headDim));
    }
    return frequencies;
  }
}

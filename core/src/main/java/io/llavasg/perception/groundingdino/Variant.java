package io.llavasg.perception.groundingdino;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** Whose computation is followed where two implementations differ. */
public enum Variant {
  /** The official code's, with which the models were trained. */
  OFFICIAL {
    @Override
    int separatorPosition(int length) {
      return length;
    }

    @Override
    Tensor phrasePositions(Tensor waves) {
      return waves;
    }

    @Override
    Tensor logit(Tensor shares) {
      try (var scope = Scope.open()) {
        Tensor rest = shares.mul(-1).add(1).clamp(1e-3, Double.POSITIVE_INFINITY);
        return scope.keep(shares.clamp(1e-3, Double.POSITIVE_INFINITY).div(rest).log());
      }
    }
  },

  /**
   * That of transformers since its version 5, in three ways otherwise: the separator behind a
   * phrase is at position 0, not at the phrase's end; the sines and cosines of positions in phrases
   * that the feature enhancer adds are rounded toward zero, which leaves only the ones of position
   * 0; and boxes move more freely near the image's border. A checkpoint that it wrote is read as it
   * reads it, so that results agree.
   */
  TRANSFORMERS_5 {
    @Override
    int separatorPosition(int length) {
      return 0;
    }

    @Override
    Tensor phrasePositions(Tensor waves) {
      return waves.to(DType.I64).to(waves.dtype());
    }

    @Override
    Tensor logit(Tensor shares) {
      try (var scope = Scope.open()) {
        Tensor inside = shares.clamp(1e-5, 1 - 1e-5);
        return scope.keep(inside.div(inside.mul(-1).add(1)).log());
      }
    }
  };

  /**
   * @param transformersVersion of the library that wrote a config.json; empty if it does not say
   */
  static Variant of(String transformersVersion) {
    String major = transformersVersion.replaceAll("[^0-9].*", "");
    boolean recent = !major.isEmpty() && major.length() < 9 && Integer.parseInt(major) >= 5;
    return recent ? TRANSFORMERS_5 : OFFICIAL;
  }

  /** The position of the separator behind a phrase of {@code length} tokens. */
  abstract int separatorPosition(int length);

  /** What the feature enhancer adds to tokens, given the sines and cosines of their positions. */
  abstract Tensor phrasePositions(Tensor waves);

  /** log(x / (1 − x)), kept finite at 0 and 1. */
  abstract Tensor logit(Tensor shares);
}

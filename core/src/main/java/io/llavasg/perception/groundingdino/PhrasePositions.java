package io.llavasg.perception.groundingdino;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Tensor;

/** How the position of a token in its phrase enters the network. */
public enum PhrasePositions {
  /** As the models were trained, and as transformers computed before its version 5. */
  TRAINED,

  /**
   * As transformers computes since, in two ways otherwise: the separator behind a phrase is at
   * position 0, not at the phrase's end; and the sines and cosines that the feature enhancer adds
   * are rounded toward zero, which leaves only the ones of position 0. A checkpoint that it wrote
   * is read as it reads it, so that results agree.
   */
  TRANSFORMERS_5;

  /**
   * @param transformersVersion of the library that wrote a config.json; empty if it does not say
   */
  static PhrasePositions of(String transformersVersion) {
    String major = transformersVersion.replaceAll("[^0-9].*", "");
    boolean recent = !major.isEmpty() && major.length() < 9 && Integer.parseInt(major) >= 5;
    return recent ? TRANSFORMERS_5 : TRAINED;
  }

  /** The position of the separator behind a phrase of {@code length} tokens. */
  int ofSeparator(int length) {
    return this == TRAINED ? length : 0;
  }

  /** Sines and cosines as they are added. */
  Tensor added(Tensor waves) {
    return this == TRAINED ? waves : waves.to(DType.I64).to(waves.dtype());
  }
}

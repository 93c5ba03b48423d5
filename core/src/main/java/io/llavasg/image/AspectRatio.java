package io.llavasg.image;

import io.llavasg.LlavaSgException;

/** What is done about images that are not square. */
public enum AspectRatio {
  /** Padded to a square with the mean colour: LLaVA-1.5's fine-tuning and inference. */
  PAD,
  /** The centre is cut out: stage 1. */
  NONE;

  /**
   * The meaning of a model's {@code image_aspect_ratio}.
   *
   * @throws LlavaSgException the user's fault, for a name that is not known here
   */
  public static AspectRatio named(String name) {
    if (name.equals("pad")) {
      return PAD;
    }
    if (name.equals("none") || name.equals("square")) {
      return NONE;
    }
    throw LlavaSgException.user(
        "image_aspect_ratio is \"%s\"; this program knows \"pad\" and \"none\"", name);
  }
}

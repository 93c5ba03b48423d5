package io.llavasg.perception.sam;

/** The pixels that a mask has. */
public enum MaskGrid {
  /** Those of the photo. */
  PHOTO,

  /**
   * Those of the decoder's logits, cropped to the photo: at most 256 on the longer side. Masks for
   * pooling node features need no more (docs/experiments.md has the difference), and cost a
   * fraction.
   */
  LOGITS
}

package io.llavasg.perception;

/** How finely masks are drawn. All have the photo's size. */
public enum MaskGrid {
  /** Logits are interpolated to the photo's pixels. */
  PHOTO,

  /**
   * Each pixel takes the nearest logit, so that outlines go in steps of SAM's 256 pixels on the
   * longer side. Masks for pooling node features need no more (docs/experiments.md has the
   * difference), and cost a fraction.
   */
  LOGITS
}

package io.llavasg.perception;

/** How finely masks are drawn. All have the photo's size. */
public enum MaskGrid {
  /** Logits are interpolated to the photo's pixels. */
  PHOTO,

  /**
   * Each pixel takes the nearest logit, so that outlines go in steps of SAM's 256 pixels on the
   * longer side. For pooling node features alone: docs/experiments.md has what they lose and save.
   */
  LOGITS
}

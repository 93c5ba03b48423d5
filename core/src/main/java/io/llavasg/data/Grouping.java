package io.llavasg.data;

/** How samples share batches. */
public enum Grouping {
  /** By chance alone. */
  NONE,
  /** Photos with photos and text with text, of similar lengths: LLaVA-1.5's fine-tuning. */
  MODALITY_AND_LENGTH
}

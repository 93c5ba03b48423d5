package io.llavasg.mini.perception;

import java.util.Locale;

/** What is trained of perception. */
public enum PerceptionStage {
  TAGGER,
  DETECTOR,
  SEGMENTER;

  /** As users write it, and as the directory of its checkpoint is called. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

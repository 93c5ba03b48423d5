package io.llavasg.mini.perception;

import java.util.Locale;

/** What is trained of perception. */
public enum PerceptionStage {
  TAGGER(3000),
  DETECTOR(5000),
  SEGMENTER(1500);

  private final int steps;

  PerceptionStage(int steps) {
    this.steps = steps;
  }

  /** Of a training that is long enough. */
  public int steps() {
    return steps;
  }

  /** As users write it, and as the folder of its checkpoint is called. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

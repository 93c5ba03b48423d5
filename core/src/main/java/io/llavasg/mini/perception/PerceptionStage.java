package io.llavasg.mini.perception;

import java.util.Locale;

/** What is trained of perception. */
public enum PerceptionStage {
  BACKBONE(2000, 3),
  TAGGER(800, 0),
  DETECTOR(4400, 1),
  SEGMENTER(1500, 2);

  private final int steps;
  private final int number;

  PerceptionStage(int steps, int number) {
    this.steps = steps;
    this.number = number;
  }

  /** Tells the stages' random numbers apart. */
  int number() {
    return number;
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

package io.llavasg.train;

import java.nio.file.Path;

/** Hears of a training's progress, on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener NONE = report -> {};

  /** A step is done, or was skipped. */
  void step(StepReport report);

  /** A checkpoint is on disk. */
  default void saved(Path checkpoint) {}
}

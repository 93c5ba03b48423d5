package io.llavasg.mini.model;

import io.llavasg.train.CheckpointDirectory;
import io.llavasg.train.Pretraining;
import io.llavasg.train.Saving;
import io.llavasg.train.StepReport;
import io.llavasg.train.Trainer;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.log.TrainingLog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A pretraining in its folder, with checkpoints and logs; it goes on where it was saved. */
final class PretrainingRun {
  private static final int KEPT = 1;

  /** Parts of a pretraining between two checkpoints. */
  private static final int PARTS = 15;

  private PretrainingRun() {}

  /**
   * Trains until the end or a stop.
   *
   * @param notes is told what a user should know, a line each
   */
  static Trainer.End of(
      Pretraining pretraining,
      int steps,
      Path folder,
      String title,
      TrainingListener listener,
      Consumer<String> notes) {
    Path checkpoints = folder.resolve("checkpoints");
    CheckpointDirectory.latest(checkpoints).ifPresent(pretraining::resume);
    try (TrainingLog log = new TrainingLog(folder, title, pretraining.steps(), notes)) {
      return pretraining.run(
          Optional.of(new Saving(checkpoints, Math.max(1, steps / PARTS), KEPT)),
          new TrainingListener() {
            @Override
            public void step(StepReport report) {
              log.step(report);
              listener.step(report);
            }

            @Override
            public void saved(Path checkpoint) {
              log.saved(checkpoint);
              listener.saved(checkpoint);
            }
          });
    }
  }
}

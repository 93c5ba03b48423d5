package io.llavasg.mini;

import io.llavasg.train.CheckpointDirectory;
import io.llavasg.train.NetworkTrainer;
import io.llavasg.train.NetworkTrainer.Objective;
import io.llavasg.train.NetworkTrainer.Step;
import io.llavasg.train.Saving;
import io.llavasg.train.StepReport;
import io.llavasg.train.StepReport.Outcome;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.log.TrainingLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A pretraining in its folder, with checkpoints and logs; it goes on where it was saved.
 *
 * @param labels predictions of the step that was done last
 * @param positions tokens or patches that it read
 * @param listener hears of each step
 * @param notes is told what a user should know, a line each
 */
public record PretrainingRun(
    Path folder,
    String title,
    LongSupplier labels,
    LongSupplier positions,
    TrainingListener listener,
    Consumer<String> notes) {
  private static final int KEPT = 1;

  /** Parts of a pretraining between two checkpoints. */
  private static final int PARTS = 15;

  /** Of steps that are all alike. */
  public PretrainingRun(
      Path folder,
      String title,
      long labels,
      long positions,
      TrainingListener listener,
      Consumer<String> notes) {
    this(folder, title, () -> labels, () -> positions, listener, notes);
  }

  /**
   * Trains until the end or a stop.
   *
   * @return whether it is finished
   */
  public <N> boolean of(NetworkTrainer<N> trainer, int steps, Objective<N> objective) {
    Path checkpoints = folder.resolve("checkpoints");
    CheckpointDirectory.latest(checkpoints).ifPresent(trainer::resume);
    try (TrainingLog log = new TrainingLog(folder, title, trainer.steps(), notes)) {
      return trainer.run(
          objective,
          Optional.of(new Saving(checkpoints, Math.max(1, steps / PARTS), KEPT)),
          step -> {
            StepReport report = report(step);
            log.step(report);
            listener.step(report);
          });
    }
  }

  private StepReport report(Step step) {
    return new StepReport(
        step.step(),
        step.steps(),
        step.loss(),
        step.learningRate(),
        step.gradientNorm(),
        labels.getAsLong(),
        positions.getAsLong(),
        step.seconds(),
        List.of(),
        Outcome.DONE);
  }
}

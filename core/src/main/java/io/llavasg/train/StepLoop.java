package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.Torch;
import io.llavasg.train.TrainingCheckpoint.Progress;
import java.nio.file.Path;
import java.util.Optional;

/** The steps of a training, whatever it trains: reported, saved, and ended in order. */
final class StepLoop {
  private final Work work;
  private final int steps;
  private int done;
  private boolean resumed;
  private volatile boolean stopRequested;

  /** What is done in a step, and what is saved of it. */
  interface Work {

    /**
     * One step; empty if there is nothing to do it with.
     *
     * @param done steps before it
     */
    Optional<StepReport> step(int done);

    /** Where the data stands. */
    String position();

    void write(Path directory, Progress progress);

    Progress read(Path directory);

    /** Forgets what a failed step has left behind. */
    void forget();
  }

  /**
   * @param steps of the whole training
   */
  StepLoop(Work work, int steps) {
    this.work = work;
    this.steps = steps;
  }

  int done() {
    return done;
  }

  void requestStop() {
    stopRequested = true;
  }

  void resume(Path checkpoint) {
    Torch.train(
        () -> {
          done = work.read(checkpoint).step();
          resumed = true;
          return this;
        });
  }

  /** Goes on until all steps are done, a stop is asked for, or there is nothing to go on with. */
  Trainer.End run(Optional<Saving> saving, TrainingListener listener) {
    Optional<CheckpointDirectory> checkpoints = saving.map(CheckpointDirectory::new);
    saving.ifPresent(this::requireOwn);
    checkpoints.ifPresent(CheckpointDirectory::removeUnfinished);
    Progress progress = new Progress(done, work.position());
    while (done < steps && !stopRequested) {
      Optional<StepReport> report;
      try {
        report = Torch.train(() -> work.step(done));
      } catch (RuntimeException e) {
        saveAfter(e, checkpoints, progress, listener);
        throw e;
      }
      if (report.isEmpty()) {
        save(checkpoints, progress, listener);
        return Trainer.End.OUT_OF_EXAMPLES;
      }
      done++;
      progress = new Progress(done, work.position());
      listener.step(report.get());
      if (saving.isPresent() && done % saving.get().every() == 0) {
        save(checkpoints, progress, listener);
      }
    }
    save(checkpoints, progress, listener);
    return done < steps ? Trainer.End.STOPPED : Trainer.End.FINISHED;
  }

  private void requireOwn(Saving saving) {
    Optional<Path> latest = CheckpointDirectory.latest(saving.directory());
    if (latest.isPresent() && !resumed) {
      throw LlavaSgException.user(
          "'%s' holds checkpoints of an earlier training: resume it, or name another directory",
          saving.directory());
    }
  }

  private void save(
      Optional<CheckpointDirectory> checkpoints, Progress progress, TrainingListener listener) {
    if (checkpoints.isPresent() && progress.step() > 0) {
      Path saved =
          Torch.train(
              () ->
                  checkpoints
                      .get()
                      .save(progress.step(), directory -> work.write(directory, progress)));
      listener.saved(saved);
    }
  }

  /** A failed step has changed no weight: what is done before it is not lost. */
  private void saveAfter(
      RuntimeException error,
      Optional<CheckpointDirectory> checkpoints,
      Progress progress,
      TrainingListener listener) {
    try {
      work.forget();
      save(checkpoints, progress, listener);
    } catch (RuntimeException e) {
      error.addSuppressed(e);
    }
  }
}

package io.llavasg.train.recipe;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.data.ExampleStream;
import io.llavasg.data.Omission;
import io.llavasg.tensor.Device;
import io.llavasg.train.CheckpointDirectory;
import io.llavasg.train.Saving;
import io.llavasg.train.StepReport;
import io.llavasg.train.TrainedPart;
import io.llavasg.train.Trainer;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.log.TrainingLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A run of a recipe, in its folder: {@code checkpoints/}, the logs, and in the end {@code model/}.
 * To be used, and closed, by one platform thread; only {@link #requestStop} may be called from
 * others.
 */
public final class RecipeRun implements AutoCloseable {
  private final Recipe recipe;
  private final Path folder;
  private final ExampleStream stream;
  private final Trainer trainer;
  private final Consumer<String> notes;

  private RecipeRun(
      RecipeInputs inputs, ExampleStream stream, Trainer trainer, Consumer<String> notes) {
    this.recipe = inputs.recipe();
    this.folder = recipe.out();
    this.stream = stream;
    this.trainer = trainer;
    this.notes = notes;
  }

  /** Whether a run starts anew or goes on. */
  public enum Start {
    /** In a folder that holds no run yet. */
    ANEW,
    /** From the last checkpoint; from the start where none was saved yet. */
    RESUMED
  }

  /**
   * Loads the model.
   *
   * @param inputs stay the caller's to close, after this run
   * @param notes is told what a user should know, a line each: samples that are skipped
   */
  public static RecipeRun open(RecipeInputs inputs, Start start, Consumer<String> notes) {
    Path folder = inputs.recipe().out();
    Path checkpoints = checkpoints(folder);
    Optional<Path> latest = CheckpointDirectory.latest(checkpoints);
    requireStart(folder, start, latest);
    Device device = DeviceMemory.device(inputs.recipe().machine().device()).required();
    ExampleStream stream = inputs.stream(notes);
    try {
      Trainer trainer = Trainer.open(inputs.files(), inputs.settings(), device);
      try {
        latest.ifPresent(path -> trainer.resume(path, new StreamedExamples(stream)));
        return new RecipeRun(inputs, stream, trainer, notes);
      } catch (RuntimeException e) {
        trainer.close();
        throw e;
      }
    } catch (RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private static void requireStart(Path folder, Start start, Optional<Path> latest) {
    if (start == Start.ANEW && (latest.isPresent() || isFilled(model(folder)))) {
      throw LlavaSgException.user(
          "'%s' holds a run already: go on with it (--resume), or name another folder (--out)",
          folder);
    }
    if (start == Start.RESUMED && isFilled(model(folder))) {
      throw LlavaSgException.user(
          "the run in '%s' is finished: its model is in '%s'", folder, model(folder));
    }
  }

  private static boolean isFilled(Path directory) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> children = Files.list(directory)) {
      return children.findAny().isPresent();
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read '%s'", directory);
    }
  }

  private static Path checkpoints(Path folder) {
    return folder.resolve("checkpoints");
  }

  private static Path model(Path folder) {
    return folder.resolve("model");
  }

  /** What is trained, part by part. */
  public List<TrainedPart> trained() {
    return trainer.trained();
  }

  /** Steps that are done. */
  public int steps() {
    return trainer.steps();
  }

  /** Broken samples that were skipped. */
  public long skipped() {
    return stream.skipped();
  }

  /** What was left out of the samples that this run trained on. */
  public List<Omission> omissions() {
    return stream.omissions();
  }

  /** Where the trained model is, or will be. */
  public Path model() {
    return model(folder);
  }

  /** Trains, logs and saves until the end or a stop. */
  public Trainer.End train(TrainingListener listener) {
    Saving saving =
        new Saving(checkpoints(folder), recipe.course().saveEvery(), recipe.course().saveKeep());
    String title = recipe.description().isEmpty() ? folder.toString() : recipe.description();
    try (TrainingLog log = new TrainingLog(folder, title, trainer.steps(), notes)) {
      Logging logging = new Logging(log, listener);
      Trainer.End end = trainer.run(new StreamedExamples(stream), Optional.of(saving), logging);
      logging.failure.ifPresent(
          failure -> {
            throw failure;
          });
      return end;
    }
  }

  /**
   * Logs each step. Where that fails, because the disk is full, the training is ended in order, so
   * that it is saved if that can still be done.
   */
  private final class Logging implements TrainingListener {
    private final TrainingLog log;
    private final TrainingListener next;
    private Optional<LlavaSgException> failure = Optional.empty();

    Logging(TrainingLog log, TrainingListener next) {
      this.log = log;
      this.next = next;
    }

    @Override
    public void step(StepReport report) {
      try {
        log.step(report);
      } catch (LlavaSgException e) {
        failure = failure.or(() -> Optional.of(e));
        trainer.requestStop();
      }
      next.step(report);
    }

    @Override
    public void saved(Path checkpoint) {
      log.saved(checkpoint);
      next.saved(checkpoint);
    }
  }

  /** Writes the model as it is now. */
  public void export(WriteProgress progress) {
    trainer.export(model(), progress);
  }

  /** Ends the training after the step that is being done; from any thread. */
  public void requestStop() {
    trainer.requestStop();
  }

  @Override
  public void close() {
    trainer.close();
    stream.close();
  }
}

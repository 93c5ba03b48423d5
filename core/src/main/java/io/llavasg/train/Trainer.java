package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.data.Example;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.model.convert.Conversion;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Torch;
import io.llavasg.train.StepReport.Outcome;
import io.llavasg.train.TrainingCheckpoint.Identity;
import io.llavasg.train.TrainingCheckpoint.Progress;
import io.llavasg.train.TrainingSettings.NonFinite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Trains one model. To be used, and closed, by the thread that made it, a platform thread; only
 * {@link #requestStop} may be called from others.
 */
public final class Trainer implements AutoCloseable {
  /** With fewer weights, sharing the work between threads costs more time than it saves. */
  private static final long SMALL_BYTES = 64L << 20;

  private final ModelFiles files;
  private final TrainingSettings settings;
  private final Lifetime lifetime = new Lifetime();
  private final LoadedModel loaded;
  private final List<TrainedParameter> parameters;
  private final Identity identity;
  private final BackwardPass pass;
  private final Optimiser optimiser;
  private int done;
  private boolean resumed;
  private volatile boolean stopRequested;

  /** How a run ended. */
  public enum End {
    /** All steps are done. */
    FINISHED,
    /** {@link #requestStop} was called. */
    STOPPED,
    /** The source had no more examples. */
    OUT_OF_EXAMPLES
  }

  private Trainer(ModelFiles files, TrainingSettings settings, Device device) {
    this.files = files;
    this.settings = settings;
    Conversion.requireRewritable(files); // before a day of training, not after it
    List<TrainableParameters> made = new ArrayList<>();
    loaded =
        LoadedModel.load(
            files,
            Device.CPU,
            stored -> {
              made.add(
                  new TrainableParameters(
                      stored, files.config(), settings, device.required(), lifetime));
              return made.getFirst();
            });
    try {
      TrainableParameters trainable = made.getFirst();
      LlavaSgModel model = trainable.withMarkers(loaded.model());
      parameters = trainable.trained();
      settings.optimisation().muon().ifPresent(this::requireMoving);
      if (loaded.weightBytes() < SMALL_BYTES) {
        Torch.threads(1);
      }
      identity = new Identity(trainable.fingerprint(), SettingsText.of(settings));
      pass = new BackwardPass(model, parameters, settings.activations());
      optimiser = new Optimiser(parameters, settings.optimisation(), settings.steps());
    } catch (RuntimeException e) {
      lifetime.close();
      loaded.close();
      throw e;
    }
  }

  /**
   * Loads a model to be trained.
   *
   * @throws LlavaSgException user, if the directory is no such model or the settings name what it
   *     has not; resources, if memory is too small
   */
  public static Trainer open(ModelFiles files, TrainingSettings settings, Device device) {
    return Torch.train(() -> new Trainer(files, settings, device));
  }

  /** A name that fits no weight would train with AdamW, and nobody would know. */
  private void requireMoving(Muon muon) {
    if (parameters.stream().noneMatch(one -> muon.moves(one.name(), one.master()))) {
      throw LlavaSgException.user(
          "Muon moves none of the trained matrices: no name of theirs fits its modules");
    }
  }

  /** What is trained, part by part. */
  public List<TrainedPart> trained() {
    return TrainedPart.of(parameters);
  }

  /** Steps that are done. */
  public int steps() {
    return done;
  }

  /**
   * Goes to where a training of the same model with the same settings was saved.
   *
   * @param checkpoint from {@link CheckpointDirectory#latest}
   * @throws LlavaSgException user, if it is not such a training's
   */
  public void resume(Path checkpoint, ExampleSource source) {
    Torch.train(
        () -> {
          Progress progress = TrainingCheckpoint.read(checkpoint, identity, parameters);
          source.restore(progress.position());
          done = progress.step();
          resumed = true;
          return this;
        });
  }

  /**
   * Trains until all steps are done, a stop is asked for, or the source ends. What is done is saved
   * then, and also before an error is thrown.
   *
   * @param saving empty to save nothing
   * @throws LlavaSgException user, for a sample that does not suit the model, or a loss that is no
   *     number where the settings say to stop; resources, if memory or disk are too small
   */
  public End run(ExampleSource source, Optional<Saving> saving, TrainingListener listener) {
    Optional<CheckpointDirectory> checkpoints = saving.map(CheckpointDirectory::new);
    saving.ifPresent(this::requireOwn);
    checkpoints.ifPresent(CheckpointDirectory::removeUnfinished);
    Progress progress = new Progress(done, source.state());
    while (done < settings.steps() && !stopRequested) {
      Optional<StepReport> report;
      try {
        report = Torch.train(() -> step(source));
      } catch (RuntimeException e) {
        saveAfter(e, checkpoints, progress, listener);
        throw e;
      }
      if (report.isEmpty()) {
        save(checkpoints, progress, listener);
        return End.OUT_OF_EXAMPLES;
      }
      done++;
      progress = new Progress(done, source.state());
      listener.step(report.get());
      if (saving.isPresent() && done % saving.get().every() == 0) {
        save(checkpoints, progress, listener);
      }
    }
    save(checkpoints, progress, listener);
    return done < settings.steps() ? End.STOPPED : End.FINISHED;
  }

  /** Ends a run after the step that is being done; from any thread. */
  public void requestStop() {
    stopRequested = true;
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
                      .save(
                          progress.step(),
                          directory ->
                              TrainingCheckpoint.write(directory, identity, progress, parameters)));
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
      optimiser.clearGradients();
      save(checkpoints, progress, listener);
    } catch (RuntimeException e) {
      error.addSuppressed(e);
    }
  }

  /** One step; empty if there are no examples for it. */
  private Optional<StepReport> step(ExampleSource source) {
    final long start = System.nanoTime();
    List<Example> examples = source.next(settings.examplesPerStep());
    if (examples.isEmpty()) {
      return Optional.empty();
    }
    List<MicroBatch> batches = batches(examples);
    long labelTokens = batches.stream().mapToLong(MicroBatch::labelTokens).sum();
    double loss = 0;
    for (int i = 0; i < batches.size() && Double.isFinite(loss); i++) {
      loss += pass.run(batches.get(i), labelTokens, Seeds.of(settings.seed(), done, i));
      requireFinite("loss", loss, batches.get(i).ids());
    }
    double norm = Double.isFinite(loss) ? optimiser.gradientNorm() : Double.NaN;
    List<String> ids = examples.stream().map(Example::id).toList();
    requireFinite("gradient", norm, ids);
    boolean finite = Double.isFinite(norm);
    if (finite) {
      optimiser.step(done, norm);
    }
    optimiser.clearGradients();
    return Optional.of(
        new StepReport(
            done + 1,
            settings.steps(),
            loss,
            optimiser.learningRate(done),
            norm,
            labelTokens,
            batches.stream().mapToLong(MicroBatch::positions).sum(),
            (System.nanoTime() - start) / 1e9,
            ids,
            finite ? Outcome.DONE : Outcome.SKIPPED));
  }

  /** Examples of about one length go together, so that little is padded. */
  private List<MicroBatch> batches(List<Example> drawn) {
    List<Example> examples = new ArrayList<>(drawn);
    examples.sort(Comparator.comparingInt(Example::length).reversed());
    List<MicroBatch> batches = new ArrayList<>();
    for (int from = 0; from < examples.size(); from += settings.batch()) {
      int to = Math.min(examples.size(), from + settings.batch());
      batches.add(MicroBatch.of(examples.subList(from, to), files.config()));
    }
    return batches;
  }

  private void requireFinite(String what, double value, List<String> samples) {
    if (!Double.isFinite(value) && settings.nonFinite() == NonFinite.STOP) {
      throw LlavaSgException.user(
          "the %s of step %d is %s with the samples %s: a lower learning rate may do, or skip such"
              + " steps",
          what, done + 1, Double.toString(value), String.join(", ", samples));
    }
  }

  /**
   * Writes the model as it is now: what is trained in place of what was loaded, adapters merged,
   * everything else bit for bit as it was.
   *
   * @param out a directory that is not there yet, or is empty
   * @throws LlavaSgException resources, if the disk is full; nothing is left behind then
   */
  public void export(Path out, WriteProgress progress) {
    Torch.train(
        () -> {
          new TrainedWeights(files, settings, parameters).write(out, progress);
          return this;
        });
  }

  @Override
  public void close() {
    lifetime.close();
    loaded.close();
  }
}

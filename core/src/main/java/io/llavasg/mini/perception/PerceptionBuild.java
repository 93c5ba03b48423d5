package io.llavasg.mini.perception;

import io.llavasg.LlavaSgException;
import io.llavasg.mini.Ahead;
import io.llavasg.mini.PretrainingRun;
import io.llavasg.mini.world.Contact;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Torch;
import io.llavasg.train.Initialisation;
import io.llavasg.train.NetworkTrainer;
import io.llavasg.train.Seeds;
import io.llavasg.train.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the miniature's perception in a folder: a checkpoint of each stage in a folder of its own,
 * and their trainings' checkpoints and logs below {@code .training}. To be used by one thread, a
 * platform thread; only {@link #requestStop} may be called from others.
 */
public final class PerceptionBuild {
  /** Seeds of scenes that are not those of steps. */
  private static final long TUNING = -1;

  private static final long HELD_OUT = -2;

  private final Path out;
  private final long seed;
  private final Scenes scenes;
  private final TrainingListener listener;
  private final Consumer<String> notes;
  private volatile @Nullable NetworkTrainer<?> trainer;
  private volatile boolean stopRequested;

  /**
   * Scenes that a trained stage is run on.
   *
   * @param tuning of training's kind, on which thresholds are chosen
   * @param heldOut of the test's kind, on which figures are measured
   */
  public record Scenes(int tuning, int heldOut) {
    public static final Scenes ENOUGH = new Scenes(2000, 500);
  }

  /**
   * @param out folder of the perception
   * @param seed of weights and scenes
   * @param notes is told what a user should know, a line each
   */
  public PerceptionBuild(Path out, long seed, TrainingListener listener, Consumer<String> notes) {
    this(out, seed, Scenes.ENOUGH, listener, notes);
  }

  /**
   * @param scenes that each stage is tuned and measured on
   */
  public PerceptionBuild(
      Path out, long seed, Scenes scenes, TrainingListener listener, Consumer<String> notes) {
    this.out = out;
    this.seed = seed;
    this.scenes = scenes;
    this.listener = listener;
    this.notes = notes;
  }

  /** Folder of a stage's checkpoint. */
  public Path folder(PerceptionStage stage) {
    return out.resolve(stage.toString());
  }

  private Path training(PerceptionStage stage) {
    return out.resolve(".training").resolve(stage.toString());
  }

  /** Whether a stage has been trained here, to its end or not. */
  public boolean isBegun(PerceptionStage stage) {
    return Files.exists(training(stage)) || Files.exists(folder(stage));
  }

  /** Ends {@link #make} after the step that is being done; from any thread. */
  public void requestStop() {
    stopRequested = true;
    NetworkTrainer<?> current = trainer;
    if (current != null) {
      current.requestStop();
    }
  }

  /**
   * Trains a stage from nothing, or from where it was saved; then writes its checkpoint and
   * measures it on scenes that training never shows.
   *
   * @param steps of the whole training
   * @return figures by name; empty if it was stopped
   * @throws LlavaSgException user, if what was saved is another training's
   */
  public Optional<Map<String, Double>> make(PerceptionStage stage, int steps) {
    Optional<Map<String, Double>> known = new Figures(folder(stage)).of(seed, steps);
    if (known.isPresent()) {
      notes.accept("the %s is finished: %s".formatted(stage, folder(stage)));
      return known;
    }
    return switch (stage) {
      case BACKBONE -> make(stage, steps, new BackboneApprenticeship());
      case TAGGER -> make(stage, steps, new TaggerApprenticeship(backbone(stage)));
      case SEGMENTER -> make(stage, steps, new SegmenterApprenticeship());
      case DETECTOR -> {
        try (DetectorApprenticeship detector = new DetectorApprenticeship(backbone(stage))) {
          yield make(stage, steps, detector);
        }
      }
    };
  }

  private Initialisation backbone(PerceptionStage stage) {
    Path trained = folder(PerceptionStage.BACKBONE);
    if (!Files.isRegularFile(trained.resolve(Manifest.WEIGHTS))) {
      throw LlavaSgException.user(
          "'%s' lacks the backbone, which the %s begins with: make it first", out, stage);
    }
    return BackboneApprenticeship.trained(trained);
  }

  private <N, B> Optional<Map<String, Double>> make(
      PerceptionStage stage, int steps, Apprenticeship<N, B> apprentice) {
    if (!train(stage, steps, apprentice)) {
      return Optional.empty();
    }
    Path folder = folder(stage);
    notes.accept("measuring the " + stage);
    apprentice.tune(folder, () -> scenes(stage, Split.TRAIN, TUNING, scenes.tuning));
    Map<String, Double> measured =
        apprentice.evaluate(folder, scenes(stage, Split.TEST, HELD_OUT, scenes.heldOut));
    new Figures(folder).write(seed, steps, measured);
    return Optional.of(measured);
  }

  private <N, B> boolean train(PerceptionStage stage, int steps, Apprenticeship<N, B> apprentice) {
    Torch.threads(1); // small tensors: sharing the work would cost more than it saves
    int batch = apprentice.batchSize();
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(apprentice.optimisation(), steps, seed, settings(stage, batch));
    try (Ahead<B> batches = new Ahead<>(step -> batch(stage, apprentice, step));
        NetworkTrainer<N> made =
            NetworkTrainer.of(apprentice.initialisation(), settings, apprentice::build)) {
      trainer = made;
      if (stopRequested) {
        return false;
      }
      notes.accept("the %s has %,d weights".formatted(stage, made.elements()));
      long positions = (long) batch * apprentice.patches();
      boolean finished =
          new PretrainingRun(training(stage), "the " + stage, batch, positions, listener, notes)
              .of(made, steps, (network, step) -> apprentice.loss(network, batches.of(step)));
      if (finished) {
        new Figures(folder(stage)).forget();
        apprentice.describe(folder(stage));
        made.write(folder(stage).resolve(Manifest.WEIGHTS), DType.F16);
      }
      return finished;
    } finally {
      trainer = null;
    }
  }

  /** What a checkpoint's training has to have in common with the one that goes on from it. */
  private static Map<String, String> settings(PerceptionStage stage, int batch) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("stage", stage.toString());
    settings.put("batch", Integer.toString(batch));
    if (!stage.contacts().isEmpty()) {
      settings.put("contacts", stage.contacts().toString());
    }
    return settings;
  }

  private <N, B> B batch(PerceptionStage stage, Apprenticeship<N, B> apprentice, int step) {
    return apprentice.prepare(
        examples(stage, step, apprentice.batchSize()), Seeds.of(seed, stage.number(), step));
  }

  /** The pictures of a step. */
  List<PerceptionExample> examples(PerceptionStage stage, int step, int count) {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    return IntStream.range(0, count)
        .mapToObj(i -> scene(generator, seed(stage, step, i), stage.shown(i)))
        .map(PerceptionExample::of)
        .toList();
  }

  /** The scene of a seed, or else the first of others made of it that has what shall be shown. */
  private static Scene scene(SceneGenerator generator, long seed, Optional<Contact> shown) {
    Scene scene = generator.scene(seed);
    for (int i = 0; shown.isPresent() && !Contact.of(scene).contains(shown.get()); i++) {
      scene = generator.scene(Seeds.of(seed, i));
    }
    return scene;
  }

  private List<PerceptionExample> scenes(
      PerceptionStage stage, Split split, long place, int count) {
    SceneGenerator generator = new SceneGenerator(split);
    return IntStream.range(0, count)
        .mapToObj(i -> PerceptionExample.drawn(generator, seed(stage, place, i)))
        .toList();
  }

  private long seed(PerceptionStage stage, long place, int picture) {
    return Seeds.of(seed, stage.number(), place, picture);
  }
}

package io.llavasg.mini.perception;

import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Torch;
import io.llavasg.train.CheckpointDirectory;
import io.llavasg.train.NetworkTrainer;
import io.llavasg.train.Saving;
import io.llavasg.train.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains a stage of the miniature's perception: from nothing, or from where it was left, to a
 * directory of a checkpoint.
 *
 * @param stage what is trained
 * @param steps of the whole training
 * @param seed of weights and scenes
 */
public record PerceptionTraining(PerceptionStage stage, int steps, long seed) {
  private static final int CHECKPOINT_EVERY = 500;
  private static final int CHECKPOINTS = 2;
  private static final int TUNING_SCENES = 1500;
  private static final int HELD_OUT_SCENES = 500;

  /** Seeds of scenes that are not those of steps. */
  private static final long TUNING = -1;

  private static final long HELD_OUT = -2;

  /** Whether an earlier training in the directory goes on. */
  public enum Start {
    AFRESH,
    RESUMED
  }

  /** Hears of progress, on the thread that trains. */
  public interface Listener {
    void began(long weights, int steps, int done);

    void step(NetworkTrainer.Step step, int pictures);

    void evaluated(Map<String, Double> figures);
  }

  /**
   * Trains, writes the checkpoint, and measures it on scenes of the test.
   *
   * @param out directory of the stage's own
   * @param work directory of its training checkpoints
   */
  public Map<String, Double> run(Path out, Path work, Start start, Listener listener) {
    return switch (stage) {
      case TAGGER -> run(new TaggerApprenticeship(), out, work, start, listener);
      case SEGMENTER -> run(new SegmenterApprenticeship(), out, work, start, listener);
      case DETECTOR -> {
        try (DetectorApprenticeship detector = new DetectorApprenticeship()) {
          yield run(detector, out, work, start, listener);
        }
      }
    };
  }

  private <N, B> Map<String, Double> run(
      Apprenticeship<N, B> apprentice, Path out, Path work, Start start, Listener listener) {
    Torch.threads(1); // small tensors: sharing the work would cost more than it saves
    NetworkTrainer.Settings settings =
        new NetworkTrainer.Settings(
            apprentice.optimisation(),
            steps,
            seed,
            Map.of("stage", stage.toString(), "batch", "" + apprentice.batchSize()));
    try (NetworkTrainer<N> trainer =
        NetworkTrainer.of(apprentice.initialisation(), settings, apprentice::build)) {
      if (start == Start.RESUMED) {
        CheckpointDirectory.latest(work).ifPresent(trainer::resume);
      }
      listener.began(trainer.elements(), steps, trainer.steps());
      Saving saving = new Saving(work, CHECKPOINT_EVERY, CHECKPOINTS);
      try (Ahead<B> batches = new Ahead<>(step -> batch(apprentice, step), trainer.steps())) {
        trainer.run(
            (network, step) -> apprentice.loss(network, batches.next(step)),
            Optional.of(saving),
            step -> listener.step(step, apprentice.batchSize()));
      }
      apprentice.describe(out);
      trainer.write(out.resolve(Manifest.WEIGHTS), DType.F16);
    }
    apprentice.tune(out, scenes(Split.TRAIN, TUNING, TUNING_SCENES));
    Map<String, Double> figures =
        apprentice.evaluate(out, scenes(Split.TEST, HELD_OUT, HELD_OUT_SCENES));
    listener.evaluated(figures);
    return figures;
  }

  private <N, B> B batch(Apprenticeship<N, B> apprentice, int step) {
    return apprentice.prepare(
        scenes(Split.TRAIN, step, apprentice.batchSize()), Seeds.of(seed, step));
  }

  private List<PerceptionExample> scenes(Split split, long place, int count) {
    SceneGenerator generator = new SceneGenerator(split);
    List<PerceptionExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(PerceptionExample.drawn(generator, Seeds.of(seed, stage.ordinal(), place, i)));
    }
    return examples;
  }
}

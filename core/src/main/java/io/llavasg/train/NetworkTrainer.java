package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.SafetensorsWriter;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.TrainingCheckpoint.Identity;
import io.llavasg.train.TrainingCheckpoint.Progress;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Trains a network from nothing, in float32 on the CPU: AdamW or Muon with warm-up, cosine and
 * clipping, and checkpoints as {@link Trainer} has them. To be used, and closed, by the thread that
 * made it, a platform thread; only {@link #requestStop} may be called from others.
 *
 * @param <N> the network's class
 */
public final class NetworkTrainer<N> implements AutoCloseable {
  private static final String FRESH = "from nothing";

  private final Settings settings;
  private final Lifetime lifetime = new Lifetime();
  private final FreshParameters parameters;
  private final N network;
  private final Optimiser optimiser;
  private final Identity identity;
  private int done;
  private volatile boolean stopRequested;

  /**
   * How a network is trained.
   *
   * @param steps of the whole training; the schedule ends there
   * @param seed of the first weights, and of what is random in a step
   * @param data what the training depends on otherwise, by name: a checkpoint of other data is
   *     refused
   */
  public record Settings(
      Optimisation optimisation, int steps, long seed, Map<String, String> data) {
    public Settings {
      data = Map.copyOf(data);
      if (steps < 1) {
        throw LlavaSgException.user("steps are %d, but have to be 1 or more", steps);
      }
    }

    private Map<String, String> text() {
      Map<String, String> text = new TreeMap<>(data);
      text.put("optimisation", optimisation.toString());
      text.put("steps", Integer.toString(steps));
      text.put("seed", Long.toString(seed));
      return text;
    }
  }

  /**
   * What a step did.
   *
   * @param step counted from 1
   * @param loss before the step
   * @param gradientNorm before clipping
   */
  public record Step(
      int step, int steps, double loss, double learningRate, double gradientNorm, double seconds) {}

  /** What is to be made small. */
  @FunctionalInterface
  public interface Objective<N> {
    /**
     * The loss of a step, one number, in the open scope.
     *
     * @param step counted from 0: data has to depend on it and nothing else
     */
    Tensor loss(N network, int step);
  }

  /** Hears of a training's progress, on the thread that trains. */
  @FunctionalInterface
  public interface Listener {
    void step(Step step);
  }

  private NetworkTrainer(
      Initialisation initialisation, Settings settings, Function<Parameters, N> build) {
    this.settings = settings;
    try {
      parameters = new FreshParameters(initialisation, settings.seed(), lifetime);
      network = build.apply(parameters);
      optimiser = new Optimiser(parameters.trained(), settings.optimisation(), settings.steps());
      identity = new Identity(FRESH, settings.text());
    } catch (RuntimeException e) {
      lifetime.close();
      throw e;
    }
  }

  /** Makes a network with new parameters. */
  public static <N> NetworkTrainer<N> of(
      Initialisation initialisation, Settings settings, Function<Parameters, N> build) {
    return Torch.train(() -> new NetworkTrainer<>(initialisation, settings, build));
  }

  public N network() {
    return network;
  }

  /** Steps that are done. */
  public int steps() {
    return done;
  }

  /** Number of weights. */
  public long elements() {
    return parameters.elements();
  }

  /**
   * Goes to where a training with the same settings was saved.
   *
   * @param checkpoint from {@link CheckpointDirectory#latest}
   * @throws LlavaSgException user, if it is not such a training's
   */
  public void resume(Path checkpoint) {
    Torch.train(
        () -> {
          done = TrainingCheckpoint.read(checkpoint, identity, parameters.trained()).step();
          return this;
        });
  }

  /**
   * Trains until all steps are done or a stop is asked for, and saves then.
   *
   * @param saving empty to save nothing
   * @return whether all steps are done
   * @throws LlavaSgException user, if a loss or a gradient is no number; what was done before is
   *     saved
   */
  public boolean run(Objective<N> objective, Optional<Saving> saving, Listener listener) {
    Optional<CheckpointDirectory> checkpoints = saving.map(CheckpointDirectory::new);
    checkpoints.ifPresent(CheckpointDirectory::removeUnfinished);
    try {
      while (done < settings.steps() && !stopRequested) {
        Step step = Torch.train(() -> step(objective));
        done++;
        listener.step(step);
        if (saving.isPresent() && done % saving.get().every() == 0) {
          checkpoints.ifPresent(this::save);
        }
      }
    } finally {
      parameters.trained().forEach(TrainedParameter::clearGradient);
      checkpoints.ifPresent(this::save);
    }
    return done == settings.steps();
  }

  /** Ends a run after the step that is being done; from any thread. */
  public void requestStop() {
    stopRequested = true;
  }

  private Step step(Objective<N> objective) {
    final long start = System.nanoTime();
    Torch.seed(Seeds.of(settings.seed(), done));
    Tensor loss = objective.loss(network, done);
    double value = finite("loss", loss.itemFloat());
    Autograd.backward(loss);
    double norm = finite("gradient", optimiser.gradientNorm());
    optimiser.step(done, norm);
    optimiser.clearGradients();
    return new Step(
        done + 1,
        settings.steps(),
        value,
        optimiser.learningRate(done),
        norm,
        (System.nanoTime() - start) / 1e9);
  }

  private double finite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw LlavaSgException.user(
          "the %s of step %d is %s: a lower learning rate may do",
          what, done + 1, Double.toString(value));
    }
    return value;
  }

  private void save(CheckpointDirectory checkpoints) {
    if (done > 0) {
      Torch.train(
          () ->
              checkpoints.save(
                  done,
                  directory ->
                      TrainingCheckpoint.write(
                          directory, identity, new Progress(done, ""), parameters.trained())));
    }
  }

  /**
   * What {@link Autograd#backward} has brought each parameter since the last step, by name; empty
   * for one that it has not reached. In the open scope.
   */
  public Map<String, Optional<Tensor>> gradients() {
    Map<String, Optional<Tensor>> gradients = new TreeMap<>();
    parameters.trained().forEach(one -> gradients.put(one.name(), one.gradient()));
    return gradients;
  }

  /** Writes all parameters as they are now, under the names that the network asked for. */
  public void write(Path file, DType dtype) {
    write(file, dtype, name -> true);
  }

  /** Writes the parameters with such names, likewise. */
  public void write(Path file, DType dtype, Predicate<String> names) {
    Torch.train(
        () -> {
          SafetensorsWriter.write(
              file,
              parameters.outgoing(dtype).stream()
                  .filter(tensor -> names.test(tensor.info().name()))
                  .toList(),
              SafetensorsWriter.PYTORCH,
              WriteProgress.NONE);
          return List.of();
        });
  }

  @Override
  public void close() {
    lifetime.close();
  }
}

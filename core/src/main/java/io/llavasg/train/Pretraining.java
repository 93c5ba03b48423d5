package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.StepReport.Outcome;
import io.llavasg.train.TrainingCheckpoint.Identity;
import io.llavasg.train.TrainingCheckpoint.Progress;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Trains a network from nothing, by any loss: for a LLaVA-SG's parts what {@link Trainer} is for
 * the whole. On a CPU, in float32. To be used, and closed, by the thread that made it, a platform
 * thread; only {@link #requestStop} may be called from others.
 */
public final class Pretraining implements AutoCloseable {
  private final Lifetime lifetime = new Lifetime();
  private final Settings settings;
  private final List<TrainedParameter> parameters;
  private final Objective objective;
  private final Identity identity;
  private final Optimiser optimiser;
  private final StepLoop loop;

  /** What a network learns by. */
  @FunctionalInterface
  public interface Objective {

    /**
     * The loss of a step, recorded. What it is taken over depends on the number of the step alone:
     * a training that is resumed goes on with the number at which it was saved.
     *
     * @param done steps before this one
     */
    Loss loss(int done);
  }

  /**
   * A loss.
   *
   * @param value a scalar of the open scope
   * @param labels how many predictions it is the mean of
   * @param positions what the network has read: tokens, patches
   */
  public record Loss(Tensor value, long labels, long positions) {}

  /**
   * How a network is trained.
   *
   * @param seed of its first values
   * @param data what is trained on, in words: a training is only resumed with the same
   */
  public record Settings(Optimisation optimisation, int steps, long seed, String data) {}

  private Pretraining(
      Function<Parameters, Objective> network, Initialisation initialisation, Settings settings) {
    this.settings = settings;
    FreshParameters fresh =
        new FreshParameters(initialisation, settings.seed(), Device.CPU, lifetime);
    objective = network.apply(fresh);
    parameters = fresh.drawn();
    Map<String, String> text = SettingsText.of(settings.optimisation());
    text.put("steps", Integer.toString(settings.steps()));
    text.put("seed", Long.toString(settings.seed()));
    text.put("data", settings.data());
    identity = new Identity(fresh.fingerprint(), text);
    optimiser = new Optimiser(parameters, settings.optimisation(), settings.steps());
    loop = new StepLoop(new Work(), settings.steps());
  }

  /**
   * Builds a network out of fresh parameters.
   *
   * @param network builds it, and says what it learns by
   */
  public static Pretraining open(
      Function<Parameters, Objective> network, Initialisation initialisation, Settings settings) {
    return Torch.train(() -> new Pretraining(network, initialisation, settings));
  }

  /** Steps that are done. */
  public int steps() {
    return loop.done();
  }

  /** How many numbers are trained. */
  public long elements() {
    return parameters.stream().mapToLong(TrainedParameter::elements).sum();
  }

  /**
   * Goes to where the same training was saved.
   *
   * @param checkpoint from {@link CheckpointDirectory#latest}
   * @throws LlavaSgException user, if it is not the same training's
   */
  public void resume(Path checkpoint) {
    loop.resume(checkpoint);
  }

  /**
   * Trains until all steps are done or a stop is asked for, and saves what is done then, also
   * before an error is thrown.
   *
   * @param saving empty to save nothing
   */
  public Trainer.End run(Optional<Saving> saving, TrainingListener listener) {
    return loop.run(saving, listener);
  }

  /** Ends a run after the step that is being done; from any thread. */
  public void requestStop() {
    loop.requestStop();
  }

  private StepReport step(int done) {
    final long start = System.nanoTime();
    try (var scope = Scope.open()) {
      Loss loss = objective.loss(done);
      double value = loss.value().toFloats()[0];
      requireFinite("loss", value, done);
      Autograd.backward(loss.value());
      double norm = optimiser.gradientNorm();
      requireFinite("gradient", norm, done);
      optimiser.step(done, norm);
      optimiser.clearGradients();
      return new StepReport(
          done + 1,
          settings.steps(),
          value,
          optimiser.learningRate(done),
          norm,
          loss.labels(),
          loss.positions(),
          (System.nanoTime() - start) / 1e9,
          List.of(),
          Outcome.DONE);
    }
  }

  private static void requireFinite(String what, double value, int done) {
    if (!Double.isFinite(value)) {
      throw LlavaSgException.user(
          "the %s of step %d is %s: a lower learning rate may do",
          what, done + 1, Double.toString(value));
    }
  }

  /**
   * The parameters as they are now, under the names that the network asked for them by; to be
   * written before this is closed.
   */
  public List<OutgoingTensor> weights(DType dtype) {
    return parameters.stream().map(parameter -> outgoing(parameter, dtype)).toList();
  }

  private static OutgoingTensor outgoing(TrainedParameter parameter, DType dtype) {
    List<Long> shape = Arrays.stream(parameter.master().shape()).boxed().toList();
    return new OutgoingTensor(
        new TensorInfo(parameter.name(), dtype, shape),
        sink -> {
          try (var scope = Scope.open()) {
            sink.accept(
                Torch.withoutGradients(() -> parameter.master().to(dtype).contiguous()).memory());
          }
        });
  }

  @Override
  public void close() {
    lifetime.close();
  }

  private final class Work implements StepLoop.Work {

    @Override
    public Optional<StepReport> step(int done) {
      return Optional.of(Pretraining.this.step(done));
    }

    /** The number of the step says it all. */
    @Override
    public String position() {
      return "";
    }

    @Override
    public void write(Path directory, Progress progress) {
      TrainingCheckpoint.write(directory, identity, progress, parameters);
    }

    @Override
    public Progress read(Path directory) {
      return TrainingCheckpoint.read(directory, identity, parameters);
    }

    @Override
    public void forget() {
      optimiser.clearGradients();
    }
  }
}

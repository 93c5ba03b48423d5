package io.llavasg.mini.perception;

import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Tensor;
import io.llavasg.train.Initialisation;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How one of perception's networks is trained on pictures whose entities are known.
 *
 * @param <N> the network
 * @param <B> a batch: Java values, made on another thread than those that train
 */
interface Apprenticeship<N, B> {
  /** Pictures of a step. */
  int batchSize();

  /** Patches of a picture. */
  long patches();

  Optimisation optimisation();

  Initialisation initialisation();

  N build(Parameters parameters);

  /**
   * @param seed of what is random in it
   */
  B prepare(List<PerceptionExample> examples, long seed);

  /** One number, in the open scope. */
  Tensor loss(N network, B batch);

  /** Writes what a checkpoint has beside the weights, before these are there. */
  void describe(Path directory);

  /** Chooses on pictures what is not trained, such as thresholds, once the weights are written. */
  default void tune(Path directory, Supplier<List<PerceptionExample>> pictures) {}

  /** Measures a written checkpoint by the classes that run it for a user; figures by name. */
  Map<String, Double> evaluate(Path directory, List<PerceptionExample> examples);
}

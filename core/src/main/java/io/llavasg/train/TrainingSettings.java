package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.DType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a model is trained.
 *
 * @param trainable names of modules or parameters: {@code multi_modal_projector}, {@code
 *     scene_graph}, {@code scene_graph_projector}, {@code marker_rows}, {@code language_model}, or
 *     deeper ones such as {@code language_model.model.layers.3}
 * @param lora adapters of the language model, trained beside those; then it is none of them
 * @param optimisation learning rates, schedule, optimiser
 * @param batch examples of a micro-batch
 * @param accumulation micro-batches of a step
 * @param steps how many steps there are in all; the schedule ends there
 * @param weights dtype that the model computes in: F32, or BF16 with float32 master copies
 * @param activations what is kept of a decoder layer for its gradient
 * @param nonFinite what happens at a loss or gradient that is no number
 * @param seed of everything random
 */
public record TrainingSettings(
    List<String> trainable,
    Optional<Lora> lora,
    Optimisation optimisation,
    int batch,
    int accumulation,
    int steps,
    DType weights,
    Activations activations,
    NonFinite nonFinite,
    long seed) {

  /**
   * AdamW with a cosine schedule, and Muon in its stead where there is one.
   *
   * @param learningRate the highest
   * @param learningRates others for some parameters, by the names of modules as in {@code
   *     trainable}; the longest name that fits counts
   * @param warmupRatio part of all steps in which the rate rises from 0
   * @param weightDecay of every parameter that AdamW moves
   * @param clip largest norm of all gradients together; infinite for none
   * @param muon moves some of the matrices, at its own rate; AdamW all else
   */
  public record Optimisation(
      double learningRate,
      Map<String, Double> learningRates,
      double warmupRatio,
      double weightDecay,
      double beta1,
      double beta2,
      double epsilon,
      double clip,
      Optional<Muon> muon) {

    public Optimisation {
      learningRates = Collections.unmodifiableMap(new TreeMap<>(learningRates));
      requirePositive("learning_rate", learningRate);
      learningRates.forEach((name, rate) -> requirePositive("learning_rates: " + name, rate));
      requireFraction("warmup_ratio", warmupRatio);
      requireFraction("beta1", beta1);
      requireFraction("beta2", beta2);
      requirePositive("epsilon", epsilon);
      if (!(weightDecay >= 0)) {
        throw LlavaSgException.user(
            "weight_decay is %s, but has to be 0 or more", Double.toString(weightDecay));
      }
      if (!(clip > 0)) {
        throw LlavaSgException.user("clip is %s, but has to be above 0", Double.toString(clip));
      }
    }

    private static void requirePositive(String name, double value) {
      if (!(value > 0) || Double.isInfinite(value)) {
        throw LlavaSgException.user(
            "%s is %s, but has to be above 0", name, Double.toString(value));
      }
    }

    private static void requireFraction(String name, double value) {
      if (!(value >= 0 && value < 1)) {
        throw LlavaSgException.user(
            "%s is %s, but has to be from 0 to below 1", name, Double.toString(value));
      }
    }
  }

  /** What is kept of a decoder layer for its gradient. */
  public enum Activations {
    /** Everything: fastest. */
    KEPT,
    /** Its input; the layer is run again: a third more work, for a fraction of the memory. */
    RECOMPUTED
  }

  /** What happens at a loss or a gradient that is NaN or infinite. */
  public enum NonFinite {
    /** An error names the samples. */
    STOP,
    /** The step changes nothing, and is reported as skipped. */
    SKIP
  }

  public TrainingSettings {
    trainable = List.copyOf(trainable);
    requireAtLeastOne("batch", batch);
    requireAtLeastOne("accumulation", accumulation);
    requireAtLeastOne("steps", steps);
    if (weights != DType.F32 && weights != DType.BF16) {
      throw LlavaSgException.user("weights are trained in f32 or bf16, not in %s", weights);
    }
    if (trainable.isEmpty() && lora.isEmpty()) {
      throw LlavaSgException.user("trainable is empty, and there is no lora: nothing to train");
    }
    if (lora.isPresent()) {
      for (String name : trainable) {
        if (ModuleName.of(name).overlaps("language_model")) {
          throw LlavaSgException.user(
              "trainable names '%s', and lora adapts the language model, whose own weights stay as"
                  + " they are: leave one of them out",
              name);
        }
      }
    }
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw LlavaSgException.user("%s is %d, but has to be 1 or more", name, value);
    }
  }

  /** Examples of a step. */
  public int examplesPerStep() {
    return Math.multiplyExact(batch, accumulation);
  }
}

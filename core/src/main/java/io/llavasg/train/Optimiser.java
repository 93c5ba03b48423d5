package io.llavasg.train;

import io.llavasg.tensor.AdamWKernel;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** AdamW, or Muon for some, over the trained parameters, with clipping and a schedule. */
final class Optimiser {
  /** What torch's clipping adds to the norm that it divides by. */
  private static final double CLIP_EPSILON = 1e-6;

  private final List<TrainedParameter> parameters;
  private final Optimisation settings;
  private final CosineSchedule schedule;
  private final AdamWKernel kernel;

  Optimiser(List<TrainedParameter> parameters, Optimisation settings, int steps) {
    this.parameters = parameters;
    this.settings = settings;
    schedule = CosineSchedule.of(settings.warmupRatio(), steps);
    kernel =
        new AdamWKernel(
            settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay());
  }

  /** The rate of a step for parameters without one of their own; {@code done} steps before it. */
  double learningRate(int done) {
    return settings.learningRate() * schedule.factor(done);
  }

  /** √Σ‖g‖² over all gradients of the step. */
  double gradientNorm() {
    try (var scope = Scope.open()) {
      List<Tensor> norms = new ArrayList<>();
      for (TrainedParameter parameter : parameters) {
        parameter.gradient().ifPresent(gradient -> norms.add(gradient.norm()));
      }
      return norms.isEmpty()
          ? 0
          : Functional.stack(0, norms.toArray(Tensor[]::new)).norm().toFloats()[0];
    }
  }

  /**
   * Clips the gradients of the step and changes the parameters that have one.
   *
   * @param done steps before this one
   * @param norm of the gradients
   */
  void step(int done, double norm) {
    double factor = Math.min(1, settings.clip() / (norm + CLIP_EPSILON));
    double schedule = this.schedule.factor(done);
    Torch.withoutGradients(
        () -> {
          for (TrainedParameter parameter : parameters) {
            try (var scope = Scope.open()) {
              Optional<Tensor> gradient = parameter.gradient();
              gradient.ifPresent(
                  g -> update(parameter, factor < 1 ? g.mulInPlace(factor) : g, schedule));
            }
          }
          return parameters;
        });
  }

  private void update(TrainedParameter parameter, Tensor gradient, double schedule) {
    Tensor weight = parameter.master();
    Optional<Muon> other = settings.muon().filter(known -> known.moves(parameter.name(), weight));
    if (other.isPresent()) {
      double rate = other.get().learningRate() * schedule;
      other.get().update(weight, gradient, parameter.firstMoment(), rate);
    } else {
      kernel.update(
          weight,
          gradient,
          parameter.firstMoment(),
          parameter.secondMoment(),
          parameter.updates() + 1,
          rate(parameter.name()) * schedule);
    }
    parameter.updated();
  }

  private double rate(String name) {
    String longest = "";
    double rate = settings.learningRate();
    for (Map.Entry<String, Double> entry : settings.learningRates().entrySet()) {
      if (ModuleName.of(entry.getKey()).matches(name)
          && entry.getKey().length() > longest.length()) {
        longest = entry.getKey();
        rate = entry.getValue();
      }
    }
    return rate;
  }

  void clearGradients() {
    parameters.forEach(TrainedParameter::clearGradient);
  }
}

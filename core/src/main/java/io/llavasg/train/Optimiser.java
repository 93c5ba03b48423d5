package io.llavasg.train;

import io.llavasg.tensor.AdamWKernel;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** AdamW, or Muon for some, over the trained parameters, with clipping and a schedule. */
final class Optimiser {
  /** What torch's clipping adds to the norm that it divides by. */
  private static final double CLIP_EPSILON = 1e-6;

  /** Matrices that a GPU moves together have this many elements at most, so that memory lasts. */
  private static final long GROUP_ELEMENTS = 1 << 22;

  private final List<TrainedParameter> parameters;
  private final List<List<TrainedParameter>> groups;
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
    groups = groups();
  }

  /**
   * What is moved at once: matrices of Muon's of one shape on a GPU, where each small one alone is
   * all launches; all else one by one.
   */
  private List<List<TrainedParameter>> groups() {
    Map<List<Long>, List<TrainedParameter>> open = new HashMap<>();
    List<List<TrainedParameter>> groups = new ArrayList<>();
    for (TrainedParameter parameter : parameters) {
      Tensor weight = parameter.master();
      List<Long> shape = Arrays.stream(weight.shape()).boxed().toList();
      boolean together = weight.device().isCuda() && muon(parameter).isPresent();
      List<TrainedParameter> group = together ? open.get(shape) : null;
      if (group == null || (group.size() + 1) * weight.elements() > GROUP_ELEMENTS) {
        group = new ArrayList<>();
        groups.add(group);
      }
      group.add(parameter);
      if (together) {
        open.put(shape, group);
      }
    }
    return groups;
  }

  private Optional<Muon> muon(TrainedParameter parameter) {
    return settings.muon().filter(muon -> muon.moves(parameter.name(), parameter.master()));
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
          for (List<TrainedParameter> group : groups) {
            try (var scope = Scope.open()) {
              update(changes(group, factor), schedule);
            }
          }
          return parameters;
        });
  }

  /** A parameter, and the gradient that changes it. */
  private record Change(TrainedParameter parameter, Tensor gradient) {}

  /** Those of the parameters that have a gradient, clipped. */
  private static List<Change> changes(List<TrainedParameter> group, double factor) {
    List<Change> changes = new ArrayList<>();
    for (TrainedParameter one : group) {
      one.gradient()
          .map(gradient -> factor < 1 ? gradient.mulInPlace(factor) : gradient)
          .ifPresent(gradient -> changes.add(new Change(one, gradient)));
    }
    return changes;
  }

  private void update(List<Change> group, double schedule) {
    if (group.isEmpty()) {
      return;
    }
    TrainedParameter first = group.getFirst().parameter;
    Optional<Muon> muon = muon(first);
    if (muon.isPresent()) {
      List<Muon.Matrix> matrices =
          group.stream()
              .map(
                  one ->
                      new Muon.Matrix(
                          one.parameter.master(), one.gradient, one.parameter.firstMoment()))
              .toList();
      muon.get().update(matrices, muon.get().learningRate() * schedule);
    } else {
      kernel.update(
          first.master(),
          group.getFirst().gradient,
          first.firstMoment(),
          first.secondMoment(),
          first.updates() + 1,
          rate(first.name()) * schedule);
    }
    group.forEach(one -> one.parameter.updated());
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

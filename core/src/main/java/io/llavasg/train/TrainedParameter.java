package io.llavasg.train;

import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A parameter that is trained: the weight that computes, its float32 master copy (the weight itself
 * where that is float32), AdamW's moments, and the sum of its gradients over a step. What it holds
 * belongs to the lifetime it is made with.
 */
final class TrainedParameter {
  private final String name;
  private final Lifetime lifetime;
  private final Tensor weight;
  private final Tensor master;
  private final Tensor firstMoment;
  private final Tensor secondMoment;

  private long updates;

  /** Of bfloat16 gradients; float32 ones are summed by libtorch where they arise. */
  private @Nullable Tensor sum;

  /**
   * @param initial its values, float32; copied
   * @param dtype that it computes in
   */
  TrainedParameter(String name, Tensor initial, DType dtype, Device device, Lifetime lifetime) {
    this.name = name;
    this.lifetime = lifetime;
    try (var scope = Scope.open()) {
      Tensor there = initial.to(DType.F32).to(device);
      master = lifetime.own(there == initial ? initial.copy() : there);
      weight = dtype == DType.F32 ? master : lifetime.own(master.to(dtype));
      long[] shape = master.shape();
      firstMoment = lifetime.own(Tensor.zeros(DType.F32, device, shape));
      secondMoment = lifetime.own(Tensor.zeros(DType.F32, device, shape));
    }
    Autograd.track(weight);
  }

  String name() {
    return name;
  }

  Tensor weight() {
    return weight;
  }

  Tensor master() {
    return master;
  }

  Tensor firstMoment() {
    return firstMoment;
  }

  Tensor secondMoment() {
    return secondMoment;
  }

  /** How often the optimiser has changed it: a step that brings it no gradient leaves it alone. */
  long updates() {
    return updates;
  }

  void updated() {
    restoreUpdates(updates + 1);
    round();
  }

  void restoreUpdates(long count) {
    updates = count;
  }

  long elements() {
    return master.elements();
  }

  /** Adds a bfloat16 gradient that has come to the float32 sum, and frees it. */
  void collect() {
    if (weight == master) {
      return;
    }
    try (var scope = Scope.open()) {
      Optional<Tensor> gradient = Autograd.gradient(weight);
      if (gradient.isEmpty()) {
        return;
      }
      if (sum == null) {
        sum = lifetime.own(gradient.get().to(DType.F32));
      } else {
        sum.addInPlace(gradient.get());
      }
      Autograd.clearGradient(weight);
    }
  }

  /** The gradient of the step so far, float32; empty where none has come. */
  Optional<Tensor> gradient() {
    return weight == master ? Autograd.gradient(weight) : Optional.ofNullable(sum);
  }

  void clearGradient() {
    Autograd.clearGradient(weight);
    if (sum != null) {
      sum.free();
      sum = null;
    }
  }

  /** Takes over the master's values after they changed. */
  void round() {
    if (weight != master) {
      Torch.withoutGradients(() -> weight.copyInPlace(master));
    }
  }

  @Override
  public String toString() {
    return name + Arrays.toString(master.shape());
  }
}

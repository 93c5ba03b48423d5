package io.llavasg.nn;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code x · weightᵀ + bias}: (…, in) → (…, out).
 *
 * @param adapter what is added to the product; null without one
 */
public record Linear(Tensor weight, @Nullable Tensor bias, @Nullable LowRank adapter) {

  public Linear(Tensor weight, @Nullable Tensor bias) {
    this(weight, bias, null);
  }

  public static Linear of(Parameters parameters, int in, int out) {
    return new Linear(
        parameters.get("weight", out, in),
        parameters.get("bias", out),
        parameters.adapter("", in, out).orElse(null));
  }

  public static Linear withoutBias(Parameters parameters, int in, int out) {
    return new Linear(
        parameters.get("weight", out, in), null, parameters.adapter("", in, out).orElse(null));
  }

  public Tensor forward(Tensor input) {
    if (adapter == null) {
      return Functional.linear(input, weight, bias);
    }
    try (var scope = Scope.open()) {
      return scope.keep(Functional.linear(input, weight, bias).add(adapter.forward(input)));
    }
  }
}

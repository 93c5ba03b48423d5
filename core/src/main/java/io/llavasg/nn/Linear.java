package io.llavasg.nn;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** {@code x · weightᵀ + bias}: (…, in) → (…, out). */
public record Linear(Tensor weight, @Nullable Tensor bias) {

  public static Linear of(Parameters parameters, int in, int out) {
    return new Linear(parameters.get("weight", out, in), parameters.get("bias", out));
  }

  public static Linear withoutBias(Parameters parameters, int in, int out) {
    return new Linear(parameters.get("weight", out, in), null);
  }

  public Tensor forward(Tensor input) {
    return Functional.linear(input, weight, bias);
  }
}

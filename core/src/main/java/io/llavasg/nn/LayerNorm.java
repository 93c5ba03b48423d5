package io.llavasg.nn;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;

/** Layer normalisation over the last dimension. */
public record LayerNorm(Tensor weight, Tensor bias, double eps) {

  public static LayerNorm of(Parameters parameters, int size, double eps) {
    return new LayerNorm(parameters.get("weight", size), parameters.get("bias", size), eps);
  }

  public Tensor forward(Tensor input) {
    return Functional.layerNorm(input, weight, bias, eps);
  }
}

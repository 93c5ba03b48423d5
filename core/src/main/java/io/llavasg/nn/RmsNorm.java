package io.llavasg.nn;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;

/** Root-mean-square normalisation over the last dimension (Zhang and Sennrich, 2019). */
public record RmsNorm(Tensor weight, double eps) {

  public static RmsNorm of(Parameters parameters, int size, double eps) {
    return new RmsNorm(parameters.get("weight", size), eps);
  }

  public Tensor forward(Tensor input) {
    return Functional.rmsNorm(input, weight, eps);
  }
}

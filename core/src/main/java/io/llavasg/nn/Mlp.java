package io.llavasg.nn;

import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** Two linear layers with an activation between them: (…, in) → (…, out). */
public record Mlp(Linear first, Activation activation, Linear second) {

  public Tensor forward(Tensor input) {
    try (var scope = Scope.open()) {
      return scope.keep(second.forward(activation.apply(first.forward(input))));
    }
  }
}

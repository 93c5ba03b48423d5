package io.llavasg.nn;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * A low-rank update of a linear layer (LoRA; Hu et al., 2022): {@code scale · up · down ·
 * dropout(x)}, (…, in) → (…, out). It exists while a model is trained, so there is always dropout.
 *
 * @param down A (rank, in)
 * @param up B (out, rank)
 * @param scale α / rank
 * @param dropout probability that an element of the input is left out
 */
public record LowRank(Tensor down, Tensor up, double scale, double dropout) {

  public Tensor forward(Tensor input) {
    try (var scope = Scope.open()) {
      Tensor reduced = Functional.linear(Functional.dropout(input, dropout), down, null);
      return scope.keep(Functional.linear(reduced, up, null).mul(scale));
    }
  }
}

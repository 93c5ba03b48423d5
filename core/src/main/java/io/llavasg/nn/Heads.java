package io.llavasg.nn;

import io.llavasg.tensor.Tensor;

/** The two reshapes around multi-head attention. */
public final class Heads {
  private Heads() {}

  /** (B, N, H·D) → (B, H, N, D), a view. */
  public static Tensor split(Tensor hidden, int heads) {
    return hidden
        .reshape(hidden.size(0), hidden.size(1), heads, hidden.size(2) / heads)
        .transpose(1, 2);
  }

  /** (B, H, N, D) → (B, N, H·D). */
  public static Tensor merge(Tensor attended) {
    return attended
        .transpose(1, 2)
        .reshape(attended.size(0), attended.size(2), attended.size(1) * attended.size(3));
  }
}

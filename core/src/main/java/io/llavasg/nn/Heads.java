package io.llavasg.nn;

import io.llavasg.tensor.Tensor;

/** The two reshapes around multi-head attention. */
public final class Heads {
  private Heads() {}

  /** (B, N, H·D) → (B, H, N, D), a view. */
  public static Tensor split(Tensor hidden, int heads) {
    return split(hidden, hidden.size(0), heads);
  }

  /** Rows (B·N, H·D) → (B, H, N, D), a view. */
  public static Tensor split(Tensor rows, long batch, int heads) {
    long size = rows.size(-1) / heads;
    long length = rows.elements() / (batch * heads * size);
    return length == 1
        ? rows.reshape(batch, heads, 1, size)
        : rows.reshape(batch, length, heads, size).transpose(1, 2);
  }

  /** (B, H, N, D) → (B, N, H·D). */
  public static Tensor merge(Tensor attended) {
    return attended
        .transpose(1, 2)
        .reshape(attended.size(0), attended.size(2), attended.size(1) * attended.size(3));
  }

  /** (B, H, N, D) → rows (B·N, H·D). */
  public static Tensor mergeRows(Tensor attended) {
    long[] shape = attended.shape();
    Tensor ordered = shape[2] == 1 ? attended : attended.transpose(1, 2);
    return ordered.reshape(shape[0] * shape[2], shape[1] * shape[3]);
  }
}

package io.llavasg.nn;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;

/** A table of vectors: ids (…) → (…, size). */
public record Embedding(Tensor weight) {

  public static Embedding of(Parameters parameters, int rows, int size) {
    return new Embedding(parameters.get("weight", rows, size));
  }

  public Tensor forward(Tensor ids) {
    return Functional.embedding(ids, weight);
  }

  /**
   * Embeds token ids that live in Java: (N) → (N, size) on the table's device; of one the row
   * itself, not a copy.
   */
  public Tensor forward(int... ids) {
    return ids.length == 1
        ? weight.narrow(0, ids[0], 1)
        : forward(Tensor.ofIds(ids).to(weight.device()));
  }
}

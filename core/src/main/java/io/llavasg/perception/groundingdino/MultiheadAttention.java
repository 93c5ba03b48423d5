package io.llavasg.perception.groundingdino;

import io.llavasg.nn.Heads;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** Attention of queries (B, N, d) to keys and values (B, M, d) → (B, N, d); B may be left out. */
record MultiheadAttention(int heads, Linear query, Linear key, Linear value, Linear output) {

  static MultiheadAttention of(Parameters parameters, int size, int heads) {
    return of(parameters, parameters.in("out_proj"), size, heads);
  }

  /**
   * @param output what the projection behind the heads is below
   */
  static MultiheadAttention of(Parameters parameters, Parameters output, int size, int heads) {
    return new MultiheadAttention(
        heads,
        Linear.of(parameters.in("query"), size, size),
        Linear.of(parameters.in("key"), size, size),
        Linear.of(parameters.in("value"), size, size),
        Linear.of(output, size, size));
  }

  Tensor forward(Tensor queries, Tensor keys, Tensor values, Mask mask) {
    try (var scope = Scope.open()) {
      long batch = queries.dims() == 3 ? queries.size(0) : 1;
      Tensor attended_BHND =
          Functional.scaledDotProductAttention(
              Heads.split(query.forward(queries), batch, heads),
              Heads.split(key.forward(keys), batch, heads),
              Heads.split(value.forward(values), batch, heads),
              mask);
      Tensor joined = output.forward(Heads.mergeRows(attended_BHND));
      return scope.keep(joined.reshape(queries.shape()));
    }
  }
}

package io.llavasg.perception.sam;

import io.llavasg.nn.Heads;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** Multi-head attention of the mask decoder, narrower inside than outside. */
final class SamAttention {
  private final int heads;
  private final Linear queryProjection;
  private final Linear keyProjection;
  private final Linear valueProjection;
  private final Linear outProjection;

  SamAttention(Parameters parameters, SamMaskDecoderConfig config, int downsampleRate) {
    int size = config.hiddenSize();
    int inner = size / downsampleRate;
    heads = config.numAttentionHeads();
    queryProjection = Linear.of(parameters.in("q_proj"), size, inner);
    keyProjection = Linear.of(parameters.in("k_proj"), size, inner);
    valueProjection = Linear.of(parameters.in("v_proj"), size, inner);
    outProjection = Linear.of(parameters.in("out_proj"), inner, size);
  }

  /**
   * Queries (N, T, C), keys and values (N, M, C) → (N, T, C). What is the same for all boxes may
   * have 1 in place of N, and is projected once.
   */
  Tensor forward(Tensor queries, Tensor keys, Tensor values) {
    try (var scope = Scope.open()) {
      long batch = Math.max(queries.size(0), values.size(0));
      Tensor attended =
          Functional.scaledDotProductAttention(
              projected(queryProjection, queries, batch),
              projected(keyProjection, keys, batch),
              projected(valueProjection, values, batch),
              Mask.NONE);
      return scope.keep(outProjection.forward(Heads.merge(attended)));
    }
  }

  private Tensor projected(Linear projection, Tensor input, long batch) {
    return Heads.split(projection.forward(input), heads).expand(batch, -1, -1, -1);
  }
}

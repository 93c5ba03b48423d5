package io.llavasg.language;

import io.llavasg.nn.Heads;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.nn.RmsNorm;
import io.llavasg.nn.Rope;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** One decoder layer: attention and a gated MLP, each behind an RMS norm and a residual sum. */
final class LlamaLayer {
  private final LlamaConfig config;
  private final int index;
  private final RmsNorm inputNorm;
  private final Linear queryProjection;
  private final Linear keyProjection;
  private final Linear valueProjection;
  private final Linear outProjection;
  private final RmsNorm postAttentionNorm;
  private final Linear gateProjection;
  private final Linear upProjection;
  private final Linear downProjection;

  LlamaLayer(Parameters parameters, LlamaConfig config, int index) {
    this.config = config;
    this.index = index;
    int size = config.hiddenSize();
    int queries = config.numAttentionHeads() * config.headDim();
    int keys = config.numKeyValueHeads() * config.headDim();
    int inner = config.intermediateSize();
    inputNorm = RmsNorm.of(parameters.in("input_layernorm"), size, config.rmsNormEps());
    Parameters attention = parameters.in("self_attn");
    queryProjection = Linear.withoutBias(attention.in("q_proj"), size, queries);
    keyProjection = Linear.withoutBias(attention.in("k_proj"), size, keys);
    valueProjection = Linear.withoutBias(attention.in("v_proj"), size, keys);
    outProjection = Linear.withoutBias(attention.in("o_proj"), queries, size);
    postAttentionNorm =
        RmsNorm.of(parameters.in("post_attention_layernorm"), size, config.rmsNormEps());
    Parameters mlp = parameters.in("mlp");
    gateProjection = Linear.withoutBias(mlp.in("gate_proj"), size, inner);
    upProjection = Linear.withoutBias(mlp.in("up_proj"), size, inner);
    downProjection = Linear.withoutBias(mlp.in("down_proj"), inner, size);
  }

  /**
   * @param hidden (B·N, hidden_size), or (hidden_size) of one position alone
   * @param batch B
   * @return of the same shape
   */
  Tensor forward(
      Tensor hidden, long batch, Rope.Rotation rotation, Mask mask, @Nullable KeyValueCache cache) {
    try (var scope = Scope.open()) {
      Tensor normed = inputNorm.forward(hidden);
      Tensor attended = hidden.add(attention(normed, batch, rotation, mask, cache));
      return scope.keep(attended.add(mlp(postAttentionNorm.forward(attended))));
    }
  }

  private Tensor attention(
      Tensor input, long batch, Rope.Rotation rotation, Mask mask, @Nullable KeyValueCache cache) {
    try (var scope = Scope.open()) {
      int heads = config.numAttentionHeads();
      int keyValueHeads = config.numKeyValueHeads();
      Tensor queries_BHND =
          rotation.apply(Heads.split(queryProjection.forward(input), batch, heads));
      Tensor keys_BKMD =
          rotation.apply(Heads.split(keyProjection.forward(input), batch, keyValueHeads));
      Tensor values_BKMD = Heads.split(valueProjection.forward(input), batch, keyValueHeads);
      if (cache != null) {
        keys_BKMD = cache.appendKeys(index, keys_BKMD);
        values_BKMD = cache.appendValues(index, values_BKMD);
      }
      Tensor attended_BHND =
          Functional.scaledDotProductAttention(queries_BHND, keys_BKMD, values_BKMD, mask);
      Tensor merged =
          input.dims() == 1
              ? attended_BHND.reshape(attended_BHND.elements())
              : Heads.mergeRows(attended_BHND);
      return scope.keep(outProjection.forward(merged));
    }
  }

  private Tensor mlp(Tensor input) {
    try (var scope = Scope.open()) {
      Tensor gate = config.hiddenAct().apply(gateProjection.forward(input));
      return scope.keep(downProjection.forward(gate.mul(upProjection.forward(input))));
    }
  }
}

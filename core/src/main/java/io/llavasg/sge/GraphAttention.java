package io.llavasg.sge;

import io.llavasg.nn.Heads;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;

/** Multi-head attention with biases that also tells its weights. */
final class GraphAttention {
  private final int heads;
  private final double scale;
  private final Linear queryProjection;
  private final Linear keyProjection;
  private final Linear valueProjection;
  private final Linear outProjection;

  GraphAttention(Parameters parameters, SceneGraphConfig config) {
    int size = config.hiddenSize();
    heads = config.numAttentionHeads();
    scale = 1 / Math.sqrt(config.headDim());
    queryProjection = Linear.of(parameters.in("q_proj"), size, size);
    keyProjection = Linear.of(parameters.in("k_proj"), size, size);
    valueProjection = Linear.of(parameters.in("v_proj"), size, size);
    outProjection = Linear.of(parameters.in("o_proj"), size, size);
  }

  /**
   * What a set of nodes gathers.
   *
   * @param hidden (B, N, d)
   * @param weights head-averaged attention (B, N, M)
   */
  record Attended(Tensor hidden, Tensor weights) {}

  /** Nodes (B, N, d) attend to {@code context} (B, M, d). */
  Attended forward(Tensor nodes, Tensor context) {
    Tensor queries_BHND = Heads.split(queryProjection.forward(nodes), heads);
    Tensor keys_BHMD = Heads.split(keyProjection.forward(context), heads);
    Tensor values_BHMD = Heads.split(valueProjection.forward(context), heads);
    Tensor scores_BHNM = queries_BHND.matmul(keys_BHMD.transpose(2, 3)).mul(scale);
    Tensor weights_BHNM = Functional.softmax(scores_BHNM, -1);
    Tensor hidden = outProjection.forward(Heads.merge(weights_BHNM.matmul(values_BHMD)));
    return new Attended(hidden, weights_BHNM.mean(1));
  }
}

package io.llavasg.sge;

import io.llavasg.nn.Activation;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.sge.GraphAttention.Attended;
import io.llavasg.tensor.Tensor;

/**
 * A pre-norm residual block of the graph: {@code x += attn(norm1(x), context)}, then {@code x +=
 * mlp(norm2(x))}. The context is the nodes themselves (message passing) or the prompt (activation).
 */
final class GraphBlock {
  private final LayerNorm norm1;
  private final GraphAttention attention;
  private final LayerNorm norm2;
  private final Mlp mlp;

  GraphBlock(Parameters parameters, SceneGraphConfig config) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    norm1 = LayerNorm.of(parameters.in("norm1"), size, config.layerNormEps());
    attention = new GraphAttention(parameters.in("attn"), config);
    norm2 = LayerNorm.of(parameters.in("norm2"), size, config.layerNormEps());
    mlp =
        new Mlp(
            Linear.of(parameters.in("mlp.fc1"), size, inner),
            Activation.GELU,
            Linear.of(parameters.in("mlp.fc2"), inner, size));
  }

  Attended amongThemselves(Tensor nodes) {
    Tensor normed = norm1.forward(nodes);
    return rest(nodes, attention.forward(normed, normed));
  }

  Attended to(Tensor nodes, Tensor context) {
    return rest(nodes, attention.forward(norm1.forward(nodes), context));
  }

  private Attended rest(Tensor nodes, Attended attended) {
    Tensor sum = nodes.add(attended.hidden());
    return new Attended(sum.add(mlp.forward(norm2.forward(sum))), attended.weights());
  }
}

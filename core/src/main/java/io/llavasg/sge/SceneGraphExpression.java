package io.llavasg.sge;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.sge.GraphAttention.Attended;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Scene Graph Expression module: entity features and a prompt in, the graph G′ out. */
public final class SceneGraphExpression {
  private final SceneGraphConfig config;
  private final Linear nodeProjection;
  private final List<GraphBlock> messagePassing = new ArrayList<>();
  private final @Nullable PromptActivation promptActivation;
  private final LayerNorm finalNorm;

  /**
   * @param parameters what is below {@code scene_graph}; of a part that the configuration switches
   *     off nothing is asked for
   * @param featureSize d_e, the size of an entity's features
   * @param promptSize d_t, the size of the language model's token embeddings
   */
  public SceneGraphExpression(
      Parameters parameters, SceneGraphConfig config, int featureSize, int promptSize) {
    this.config = config;
    int size = config.hiddenSize();
    nodeProjection = Linear.of(parameters.in("node_proj"), featureSize, size);
    if (config.messagePassing()) {
      for (int i = 0; i < config.numMessagePassingLayers(); i++) {
        messagePassing.add(new GraphBlock(parameters.in("message_passing", i), config));
      }
    }
    promptActivation =
        config.promptAttention() ? new PromptActivation(parameters, config, promptSize) : null;
    finalNorm = LayerNorm.of(parameters.in("final_norm"), size, config.layerNormEps());
  }

  public SceneGraphConfig config() {
    return config;
  }

  /**
   * A graph in tensors.
   *
   * @param graph G′ (B, N, d)
   * @param edgeAttention for each message-passing block the weighted adjacency (B, N, N): row the
   *     node that receives, column the node that sends
   * @param promptAttention for each prompt block (B, N, N_t)
   */
  public record Expression(
      Tensor graph, List<Tensor> edgeAttention, List<Tensor> promptAttention) {}

  /**
   * Builds G′.
   *
   * @param entities F_e (B, N, d_e), N at least 1
   * @param prompt F_t (B, N_t, d_t); with N_t = 0 the prompt blocks are skipped
   */
  public Expression forward(Tensor entities, Tensor prompt) {
    Tensor nodes = nodeProjection.forward(entities);
    List<Tensor> edges = new ArrayList<>();
    for (GraphBlock block : messagePassing) {
      Attended attended = block.amongThemselves(nodes);
      nodes = attended.hidden();
      edges.add(attended.weights());
    }
    List<Tensor> activations = new ArrayList<>();
    if (promptActivation != null && prompt.size(1) > 0) {
      nodes = promptActivation.forward(nodes, prompt, activations);
    }
    return new Expression(finalNorm.forward(nodes), edges, activations);
  }

  /** Cross-attention of the nodes to the prompt. */
  private static final class PromptActivation {
    private final LayerNorm promptNorm;
    private final Linear promptProjection;
    private final List<GraphBlock> blocks = new ArrayList<>();

    PromptActivation(Parameters parameters, SceneGraphConfig config, int promptSize) {
      promptNorm = LayerNorm.of(parameters.in("prompt_norm"), promptSize, config.layerNormEps());
      promptProjection = Linear.of(parameters.in("prompt_proj"), promptSize, config.hiddenSize());
      for (int i = 0; i < config.numPromptLayers(); i++) {
        blocks.add(new GraphBlock(parameters.in("prompt_attention", i), config));
      }
    }

    Tensor forward(Tensor nodes, Tensor prompt, List<Tensor> weights) {
      Tensor context = promptProjection.forward(promptNorm.forward(prompt));
      for (GraphBlock block : blocks) {
        Attended attended = block.to(nodes, context);
        nodes = attended.hidden();
        weights.add(attended.weights());
      }
      return nodes;
    }
  }
}

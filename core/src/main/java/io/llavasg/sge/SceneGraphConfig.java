package io.llavasg.sge;

import io.llavasg.LlavaSgException;

/**
 * Shape of the Scene Graph Expression module, as {@code scene_graph_config} has it.
 *
 * @param hiddenSize d, the size of a node
 * @param numMessagePassingLayers L_m
 * @param numPromptLayers L_p
 * @param messagePassing false leaves message passing out (ablation "SG", "SG+Prompt")
 * @param promptAttention false leaves prompt activation out (ablation "SG", "SG+MP")
 * @param maxNodes most entities of a graph
 */
public record SceneGraphConfig(
    int hiddenSize,
    int numAttentionHeads,
    int intermediateSize,
    int numMessagePassingLayers,
    int numPromptLayers,
    double layerNormEps,
    boolean messagePassing,
    boolean promptAttention,
    int maxNodes) {

  /** The size for the 7B and 13B models: 51.4 M parameters with a 7B language model. */
  public static final SceneGraphConfig DEFAULT =
      new SceneGraphConfig(1024, 16, 2048, 2, 1, 1e-5, true, true, 32);

  public SceneGraphConfig {
    if (numAttentionHeads < 1 || hiddenSize % numAttentionHeads != 0) {
      throw LlavaSgException.user(
          "scene_graph_config: hidden_size %d is no multiple of num_attention_heads %d",
          hiddenSize, numAttentionHeads);
    }
    if (maxNodes < 1) {
      throw LlavaSgException.user("scene_graph_config: max_nodes is %d, not positive", maxNodes);
    }
  }

  /** The same with message passing or without. */
  public SceneGraphConfig withMessagePassing(boolean on) {
    return new SceneGraphConfig(
        hiddenSize,
        numAttentionHeads,
        intermediateSize,
        numMessagePassingLayers,
        numPromptLayers,
        layerNormEps,
        on,
        promptAttention,
        maxNodes);
  }

  int headDim() {
    return hiddenSize / numAttentionHeads;
  }
}

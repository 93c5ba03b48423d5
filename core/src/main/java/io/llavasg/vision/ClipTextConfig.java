package io.llavasg.vision;

import io.llavasg.LlavaSgException;
import io.llavasg.nn.Activation;

/**
 * Shape of CLIP's text encoder, as {@code text_config} has it.
 *
 * @param maxPositionEmbeddings the longest caption, in tokens
 */
public record ClipTextConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int maxPositionEmbeddings,
    double layerNormEps,
    Activation hiddenAct) {

  public ClipTextConfig {
    if (hiddenSize % numAttentionHeads != 0) {
      throw LlavaSgException.user(
          "text_config: hidden_size %d is no multiple of num_attention_heads %d",
          hiddenSize, numAttentionHeads);
    }
  }

  /** The same encoder with another number of tokens. */
  public ClipTextConfig withVocabSize(int size) {
    return new ClipTextConfig(
        size,
        hiddenSize,
        intermediateSize,
        numHiddenLayers,
        numAttentionHeads,
        maxPositionEmbeddings,
        layerNormEps,
        hiddenAct);
  }

  ClipLayer.Shape layer() {
    return new ClipLayer.Shape(
        hiddenSize, intermediateSize, numAttentionHeads, layerNormEps, hiddenAct);
  }
}

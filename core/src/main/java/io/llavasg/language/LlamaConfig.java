package io.llavasg.language;

import io.llavasg.LlavaSgException;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Rope;

/**
 * Shape of a LLaMA decoder, as {@code text_config} or a language model's own config.json has it.
 *
 * @param maxPositionEmbeddings the longest sequence, in positions
 */
public record LlamaConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    double rmsNormEps,
    Rope rope,
    Activation hiddenAct,
    boolean tieWordEmbeddings) {

  public LlamaConfig {
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw LlavaSgException.user(
          "text_config: num_attention_heads %d is no multiple of num_key_value_heads %d",
          numAttentionHeads, numKeyValueHeads);
    }
    if (rope.headDim() != headDim) {
      throw LlavaSgException.user(
          "text_config: rope turns %d dimensions, head_dim is %d", rope.headDim(), headDim);
    }
  }

  /** The same decoder with another number of token embeddings. */
  public LlamaConfig withVocabSize(int size) {
    return new LlamaConfig(
        size,
        hiddenSize,
        intermediateSize,
        numHiddenLayers,
        numAttentionHeads,
        numKeyValueHeads,
        headDim,
        maxPositionEmbeddings,
        rmsNormEps,
        rope,
        hiddenAct,
        tieWordEmbeddings);
  }
}

package io.llavasg.perception.groundingdino;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.nn.Activation;

/**
 * Shape of a BERT encoder, as {@code text_config} has it.
 *
 * @param maxPositionEmbeddings how many positions a phrase may have
 */
public record BertConfig(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    int maxPositionEmbeddings,
    int typeVocabSize,
    double layerNormEps,
    Activation hiddenAct) {

  /** {@code bert-base-uncased}, the text encoder of the published models. */
  public static final BertConfig BASE =
      new BertConfig(30522, 768, 12, 12, 3072, 512, 2, 1e-12, Activation.GELU);

  public BertConfig {
    if (hiddenSize % numAttentionHeads != 0) {
      throw LlavaSgException.user(
          "text_config: hidden_size %d is no multiple of num_attention_heads %d",
          hiddenSize, numAttentionHeads);
    }
  }

  /** Reads a configuration in the names of Hugging Face's {@code BertConfig}. */
  static BertConfig read(ConfigFile config) {
    return new BertConfig(
        config.size("vocab_size", BASE.vocabSize),
        config.size("hidden_size", BASE.hiddenSize),
        config.count("num_hidden_layers", BASE.numHiddenLayers),
        config.size("num_attention_heads", BASE.numAttentionHeads),
        config.size("intermediate_size", BASE.intermediateSize),
        config.size("max_position_embeddings", BASE.maxPositionEmbeddings),
        config.size("type_vocab_size", BASE.typeVocabSize),
        config.positive("layer_norm_eps", BASE.layerNormEps),
        Activation.parse(config.string("hidden_act", "gelu")));
  }
}

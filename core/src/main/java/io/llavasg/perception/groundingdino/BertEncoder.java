package io.llavasg.perception.groundingdino;

import io.llavasg.nn.Embedding;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** BERT (Devlin et al., 2019) without its pooler: a caption of T tokens → (T, hidden_size). */
final class BertEncoder {
  private final Embedding words;
  private final Embedding positions;
  private final Tensor segments;
  private final LayerNorm norm;
  private final List<Layer> layers = new ArrayList<>();

  BertEncoder(Parameters parameters, BertConfig config) {
    int size = config.hiddenSize();
    Parameters embeddings = parameters.in("embeddings");
    words = Embedding.of(embeddings.in("word_embeddings"), config.vocabSize(), size);
    positions =
        Embedding.of(embeddings.in("position_embeddings"), config.maxPositionEmbeddings(), size);
    segments = embeddings.get("token_type_embeddings.weight", config.typeVocabSize(), size);
    norm = LayerNorm.of(embeddings.in("LayerNorm"), size, config.layerNormEps());
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(Layer.of(parameters.in("encoder.layer", i), config));
    }
  }

  Device device() {
    return segments.device();
  }

  Tensor forward(TextPrompt prompt) {
    try (var scope = Scope.open()) {
      Mask mask = Mask.of(prompt.mask(device()));
      Tensor hidden = words.forward(prompt.idTensor(device())).add(segments.select(0, 0));
      hidden = norm.forward(hidden.add(positions.forward(prompt.positionTensor(device()))));
      for (Layer layer : layers) {
        hidden = layer.forward(hidden, mask);
      }
      return scope.keep(hidden);
    }
  }

  /** A transformer layer with its norms behind the sums. */
  private record Layer(
      MultiheadAttention attention, LayerNorm attentionNorm, Mlp mlp, LayerNorm outputNorm) {

    static Layer of(Parameters parameters, BertConfig config) {
      int size = config.hiddenSize();
      int inner = config.intermediateSize();
      Parameters output = parameters.in("attention.output");
      return new Layer(
          MultiheadAttention.of(
              parameters.in("attention.self"),
              output.in("dense"),
              size,
              config.numAttentionHeads()),
          LayerNorm.of(output.in("LayerNorm"), size, config.layerNormEps()),
          new Mlp(
              Linear.of(parameters.in("intermediate.dense"), size, inner),
              config.hiddenAct(),
              Linear.of(parameters.in("output.dense"), inner, size)),
          LayerNorm.of(parameters.in("output.LayerNorm"), size, config.layerNormEps()));
    }

    Tensor forward(Tensor hidden, Mask mask) {
      try (var scope = Scope.open()) {
        Tensor attended = hidden.add(attention.forward(hidden, hidden, hidden, mask));
        Tensor between = attentionNorm.forward(attended);
        return scope.keep(outputNorm.forward(between.add(mlp.forward(between))));
      }
    }
  }
}

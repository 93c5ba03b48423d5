package io.llavasg.vision;

import io.llavasg.nn.Embedding;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** CLIP's text encoder, which a vision tower is pretrained against: LLaVA has no use for it. */
public final class ClipTextEncoder {
  private final Embedding tokens;
  private final Tensor positions;
  private final List<ClipLayer> layers = new ArrayList<>();
  private final LayerNorm finalNorm;

  public ClipTextEncoder(Parameters parameters, ClipTextConfig config) {
    int size = config.hiddenSize();
    Parameters embeddings = parameters.in("embeddings");
    tokens = Embedding.of(embeddings.in("token_embedding"), config.vocabSize(), size);
    positions = embeddings.get("position_embedding.weight", config.maxPositionEmbeddings(), size);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new ClipLayer(parameters.in("encoder.layers", i), config.layer()));
    }
    finalNorm = LayerNorm.of(parameters.in("final_layer_norm"), size, config.layerNormEps());
  }

  /**
   * The features of captions: what stands at each one's last token, which has seen all before it.
   *
   * @param ids (B, N), int64, filled up behind the last token with anything
   * @param last (B), int64: the place of each caption's last token among all B·N
   * @return (B, hidden_size)
   */
  public Tensor forward(Tensor ids, Tensor last) {
    try (var scope = Scope.open()) {
      long batch = ids.size(0);
      long length = ids.size(1);
      Tensor hidden = tokens.forward(ids).add(positions.narrow(0, 0, length));
      for (ClipLayer layer : layers) {
        hidden = layer.forward(hidden, Mask.CAUSAL);
      }
      Tensor rows = hidden.reshape(batch * length, hidden.size(2)).indexSelect(0, last);
      return scope.keep(finalNorm.forward(rows));
    }
  }
}

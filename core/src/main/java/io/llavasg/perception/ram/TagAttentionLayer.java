package io.llavasg.perception.ram;

import io.llavasg.nn.Heads;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** One post-norm layer of BERT with attention to the image in place of attention among tags. */
final class TagAttentionLayer {
  private final int heads;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear attentionOutput;
  private final LayerNorm attentionNorm;
  private final Mlp mlp;
  private final LayerNorm outputNorm;

  TagAttentionLayer(Parameters parameters, RamConfig.Head config) {
    int size = config.hiddenSize();
    int inner = config.intermediateSize();
    heads = config.numAttentionHeads();
    Parameters attention = parameters.in("crossattention");
    Parameters self = attention.in("self");
    query = Linear.of(self.in("query"), size, size);
    key = Linear.of(self.in("key"), config.embeddingSize(), size);
    value = Linear.of(self.in("value"), config.embeddingSize(), size);
    Parameters output = attention.in("output");
    attentionOutput = Linear.of(output.in("dense"), size, size);
    attentionNorm = LayerNorm.of(output.in("LayerNorm"), size, config.layerNormEps());
    mlp =
        new Mlp(
            Linear.of(parameters.in("intermediate.dense"), size, inner),
            config.hiddenAct(),
            Linear.of(parameters.in("output.dense"), inner, size));
    outputNorm = LayerNorm.of(parameters.in("output.LayerNorm"), size, config.layerNormEps());
  }

  /**
   * @param tags (B, T, hidden), or (1, T, hidden) where the images share them
   * @param image (B, M, embedding)
   * @return (B, T, hidden)
   */
  Tensor forward(Tensor tags, Tensor image) {
    try (var scope = Scope.open()) {
      Tensor attended = attentionNorm.forward(attention(tags, image).addInPlace(tags));
      return scope.keep(outputNorm.forward(mlp.forward(attended).addInPlace(attended)));
    }
  }

  private Tensor attention(Tensor tags, Tensor image) {
    try (var scope = Scope.open()) {
      Tensor queries_BHTD =
          Heads.split(query.forward(tags), heads).expand(image.size(0), -1, -1, -1);
      Tensor keys_BHMD = Heads.split(key.forward(image), heads);
      Tensor values_BHMD = Heads.split(value.forward(image), heads);
      Tensor attended_BHTD =
          Functional.scaledDotProductAttention(queries_BHTD, keys_BHMD, values_BHMD, Mask.NONE);
      return scope.keep(attentionOutput.forward(Heads.merge(attended_BHTD)));
    }
  }
}

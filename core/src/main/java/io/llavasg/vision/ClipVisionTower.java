package io.llavasg.vision;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** CLIP's vision transformer up to the hidden state that LLaVA uses. */
public final class ClipVisionTower {
  private final ClipVisionConfig config;
  private final Tensor classEmbedding;
  private final Tensor patchEmbedding;
  private final Tensor positionEmbedding;
  private final LayerNorm preNorm;
  private final List<ClipLayer> layers = new ArrayList<>();

  /**
   * @param layers how many transformer layers to run: all but one for hidden state −2
   */
  public ClipVisionTower(Parameters parameters, ClipVisionConfig config, int layers) {
    this.config = config;
    int size = config.hiddenSize();
    Parameters embeddings = parameters.in("embeddings");
    classEmbedding = embeddings.get("class_embedding", size);
    patchEmbedding =
        embeddings.get("patch_embedding.weight", size, 3, config.patchSize(), config.patchSize());
    positionEmbedding = embeddings.get("position_embedding.weight", config.patches() + 1, size);
    // The missing letter is in every published checkpoint.
    preNorm = LayerNorm.of(parameters.in("pre_layrnorm"), size, config.layerNormEps());
    for (int i = 0; i < layers; i++) {
      this.layers.add(new ClipLayer(parameters.in("encoder.layers", i), config.layer()));
    }
  }

  /**
   * Patch features F_v of the paper (section II-A), before any projection.
   *
   * @param pixels normalised images (B, 3, image_size, image_size)
   * @return (B, patches, hidden_size), patches row by row, the class token dropped
   */
  public Tensor forward(Tensor pixels) {
    try (var scope = Scope.open()) {
      return scope.keep(run(embed(pixels), layers).narrow(1, 1, config.patches()));
    }
  }

  /**
   * What the layers make of images, the class token included and first, each (B, 1 + patches,
   * hidden_size).
   *
   * @param beforeLast what the last layer reads: LLaVA's hidden state −2, if no layer is left out
   * @param last before the final normalisation
   */
  public record HiddenStates(Tensor beforeLast, Tensor last) {}

  /**
   * What the last two layers make of images.
   *
   * @param pixels normalised images (B, 3, image_size, image_size)
   */
  public HiddenStates hiddenStates(Tensor pixels) {
    try (var scope = Scope.open()) {
      Tensor before = scope.keep(run(embed(pixels), layers.subList(0, layers.size() - 1)));
      return new HiddenStates(before, scope.keep(layers.getLast().forward(before, Mask.NONE)));
    }
  }

  private Tensor embed(Tensor pixels) {
    try (var scope = Scope.open()) {
      long batch = pixels.size(0);
      int size = config.hiddenSize();
      Tensor patches =
          Spatial.conv2d(pixels.like(patchEmbedding), patchEmbedding, null, config.patchSize(), 0)
              .reshape(batch, size, config.patches())
              .transpose(1, 2);
      Tensor all =
          Functional.cat(1, classEmbedding.expand(batch, 1, size), patches).add(positionEmbedding);
      return scope.keep(preNorm.forward(all));
    }
  }

  private static Tensor run(Tensor embedded, List<ClipLayer> layers) {
    Tensor hidden = embedded;
    for (ClipLayer layer : layers) {
      Tensor next = layer.forward(hidden, Mask.NONE);
      hidden.free();
      hidden = next;
    }
    return hidden;
  }
}

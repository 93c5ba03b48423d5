package io.llavasg.perception.ram;

import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.swin.Swin;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** RAM's network: pixels to one logit for each tag. */
public final class RamModel {
  private final RamConfig config;
  private final Swin visualEncoder;
  private final Linear imageProjection;
  private final Tensor labelEmbedding;
  private final Optional<Linear> labelProjection;
  private final List<TagAttentionLayer> layers = new ArrayList<>();
  private final Linear classifier;

  /**
   * @param tags how many tags the model knows
   */
  public RamModel(Parameters parameters, RamConfig config, int tags) {
    this.config = config;
    RamConfig.Head head = config.head();
    int size = head.embeddingSize();
    visualEncoder = Swin.tower(parameters.in("visual_encoder"), config.swin(), config.imageSize());
    imageProjection = Linear.of(parameters.in("image_proj"), config.visionWidth(), size);
    labelEmbedding = parameters.get("label_embed", tags, size);
    labelProjection =
        size == head.hiddenSize()
            ? Optional.empty()
            : Optional.of(Linear.of(parameters.in("wordvec_proj"), size, head.hiddenSize()));
    for (int i = 0; i < head.numHiddenLayers(); i++) {
      layers.add(new TagAttentionLayer(parameters.in("tagging_head.encoder.layer", i), head));
    }
    classifier = Linear.of(parameters.in("fc"), head.hiddenSize(), 1);
  }

  public RamConfig config() {
    return config;
  }

  /**
   * Output of the image tower.
   *
   * @param pixels normalised images (B, 3, image_res, image_res)
   * @return (B, M, vision_width): the mean of all places, then the places row by row
   */
  public Tensor visualTokens(Tensor pixels) {
    try (var scope = Scope.open()) {
      Tensor places = visualEncoder.forward(pixels).getFirst().places();
      return scope.keep(Functional.cat(1, places.mean(1).unsqueeze(1), places));
    }
  }

  /** Projects the tower's tokens to what tags look at: (B, M, vision_width) → (B, M, embedding). */
  public Tensor imageEmbeddings(Tensor visualTokens) {
    return imageProjection.forward(visualTokens);
  }

  /** The tags' queries, which do not depend on an image: (1, T, hidden). */
  public Tensor tagQueries() {
    try (var scope = Scope.open()) {
      Tensor projected = labelProjection.map(l -> l.forward(labelEmbedding)).orElse(labelEmbedding);
      return scope.keep(Functional.relu(projected).unsqueeze(0));
    }
  }

  /**
   * @param tagQueries as {@link #tagQueries()} gives them
   * @param imageEmbeddings (B, M, embedding)
   * @return (B, T); the sigmoid of a logit is a tag's score
   */
  public Tensor logits(Tensor tagQueries, Tensor imageEmbeddings) {
    try (var scope = Scope.open()) {
      Tensor tags = tagQueries;
      for (TagAttentionLayer layer : layers) {
        Tensor next = layer.forward(tags, imageEmbeddings);
        if (tags != tagQueries) {
          tags.free();
        }
        tags = next;
      }
      return scope.keep(classifier.forward(tags).select(2, 0));
    }
  }
}

package io.llavasg.model;

import io.llavasg.language.LlamaDecoder;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.sge.SceneGraphExpression;
import io.llavasg.tensor.Tensor;
import io.llavasg.vision.ClipVisionTower;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts of LLaVA-SG, composed (paper, figure 2b). */
public final class LlavaSgModel {
  private final LlavaSgConfig config;
  private final ClipVisionTower visionTower;
  private final Mlp visionProjector;
  private final Optional<SceneGraphModule> sceneGraph;
  private final LlamaDecoder languageModel;
  private final @Nullable Tensor markerRows;

  /** The Scene Graph Expression module with its projector W_g. */
  public record SceneGraphModule(SceneGraphExpression expression, Mlp projector) {}

  public LlavaSgModel(Parameters parameters, LlavaSgConfig config) {
    this.config = config;
    int features = config.vision().hiddenSize();
    int size = config.text().hiddenSize();
    visionTower =
        new ClipVisionTower(parameters.in("vision_tower"), config.vision(), config.visionLayers());
    visionProjector =
        Projector.of(parameters.in("multi_modal_projector"), features, size, config.projectorAct());
    sceneGraph =
        config
            .sceneGraph()
            .map(
                graph ->
                    new SceneGraphModule(
                        new SceneGraphExpression(
                            parameters.in("scene_graph"), graph.config(), features, size),
                        Projector.of(
                            parameters.in("scene_graph_projector"),
                            graph.config().hiddenSize(),
                            size,
                            Activation.GELU)));
    languageModel = new LlamaDecoder(parameters.in("language_model"), config.text());
    markerRows = null;
  }

  private LlavaSgModel(LlavaSgModel other, Tensor markerRows) {
    config = other.config;
    visionTower = other.visionTower;
    visionProjector = other.visionProjector;
    sceneGraph = other.sceneGraph;
    languageModel = other.languageModel;
    this.markerRows = markerRows;
  }

  /**
   * This model with embeddings of {@code <sg>} and {@code <text>} that are not rows of the table.
   *
   * @param rows of the two, in this order: (2, hidden_size); the owner stays who it is
   */
  public LlavaSgModel withMarkers(Tensor rows) {
    return new LlavaSgModel(this, rows);
  }

  public LlavaSgConfig config() {
    return config;
  }

  public LlamaDecoder languageModel() {
    return languageModel;
  }

  /** The module, where this is LLaVA-SG and not plain LLaVA. */
  public Optional<SceneGraphModule> sceneGraph() {
    return sceneGraph;
  }

  /** The embeddings of {@code <sg>} and {@code <text>}, in this order: (2, hidden_size). */
  public Tensor markers() {
    if (markerRows != null) {
      return markerRows;
    }
    LlavaSgConfig.SceneGraph graph = config.sceneGraph().orElseThrow();
    return languageModel.embedding().forward(graph.sgToken(), graph.textToken());
  }

  /** F_v: pixels (B, 3, H, W) → (B, patches, d_e). */
  public Tensor visionFeatures(Tensor pixels) {
    return visionTower.forward(pixels);
  }

  /** W_v · F_v: (B, patches, d_e) → (B, patches, hidden_size). */
  public Tensor imageTokens(Tensor visionFeatures) {
    return visionProjector.forward(visionFeatures);
  }
}

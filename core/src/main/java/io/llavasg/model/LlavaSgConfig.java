package io.llavasg.model;

import io.llavasg.LlavaSgException;
import io.llavasg.language.LlamaConfig;
import io.llavasg.nn.Activation;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.vision.ClipVisionConfig;
import java.util.Optional;

/**
 * Everything that shapes a model.
 *
 * @param visionLayers how many layers of the tower run: all but one for hidden state −2
 * @param projectorAct activation of W_v
 * @param sceneGraph empty for plain LLaVA
 */
public record LlavaSgConfig(
    ClipVisionConfig vision,
    LlamaConfig text,
    int visionLayers,
    Activation projectorAct,
    Optional<SceneGraph> sceneGraph) {

  /**
   * The Scene Graph Expression module and its two marker tokens.
   *
   * @param sgToken id of {@code <sg>}
   * @param textToken id of {@code <text>}
   */
  public record SceneGraph(SceneGraphConfig config, int sgToken, int textToken) {}

  public LlavaSgConfig {
    if (visionLayers < 0 || visionLayers > vision.numHiddenLayers()) {
      throw LlavaSgException.user(
          "vision_feature_layer asks for layer %d of a tower with num_hidden_layers %d",
          visionLayers, vision.numHiddenLayers());
    }
    sceneGraph.ifPresent(
        graph -> {
          requireToken("sg_token_index", graph.sgToken(), text);
          requireToken("text_token_index", graph.textToken(), text);
        });
  }

  private static void requireToken(String name, int token, LlamaConfig text) {
    if (token < 0 || token >= text.vocabSize()) {
      throw LlavaSgException.user(
          "%s %d is outside text_config.vocab_size %d", name, token, text.vocabSize());
    }
  }
}

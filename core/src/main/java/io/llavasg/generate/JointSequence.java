package io.llavasg.generate;

import io.llavasg.graph.NodePooling;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.nn.Embedding;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.text.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the language model reads (paper, equation 1): {@code [W_v·F_v, <sg>, W_g·G′, <text>, F_t]}
 * in the place of the image, token embeddings around it. The one place that says so, for answers
 * and for training.
 */
public final class JointSequence {
  private JointSequence() {}

  /**
   * The tokens of a scene graph.
   *
   * @param tokens W_g · G′ (1, N, hidden_size); empty for a graph without nodes
   */
  public record GraphTokens(Optional<Tensor> tokens) {}

  /**
   * A prompt in embedding space.
   *
   * @param imageTokens W_v · F_v (1, patches, hidden_size); empty where the prompt has no image
   * @param graph empty where the prompt has no scene graph at all, and no markers
   * @return (1, length, hidden_size)
   */
  public static Tensor join(
      LlavaSgModel model,
      Prompt prompt,
      Optional<Tensor> imageTokens,
      Optional<GraphTokens> graph) {
    try (var scope = Scope.open()) {
      Embedding embedding = model.languageModel().embedding();
      List<Tensor> pieces = new ArrayList<>();
      for (Prompt.Segment segment : prompt.segments()) {
        if (segment instanceof Prompt.Text text) {
          pieces.add(embedding.forward(text.ids()).unsqueeze(0));
        } else {
          pieces.add(imageTokens.orElseThrow());
          graph.ifPresent(tokens -> addGraph(model, tokens, pieces));
        }
      }
      return scope.keep(Functional.cat(1, pieces.toArray(Tensor[]::new)));
    }
  }

  private static void addGraph(LlavaSgModel model, GraphTokens graph, List<Tensor> pieces) {
    Tensor markers = model.markers();
    pieces.add(markers.narrow(0, 0, 1).unsqueeze(0));
    graph.tokens().ifPresent(pieces::add);
    pieces.add(markers.narrow(0, 1, 1).unsqueeze(0));
  }

  /**
   * F_e: the nodes' mean features, averaged in float32 whatever the model's dtype.
   *
   * @param features F_v (1, patches, d_e)
   * @return (1, N, d_e)
   */
  public static Tensor nodeFeatures(NodePooling pooling, Tensor features) {
    int patches = Math.toIntExact(features.size(1));
    float[] flat = new float[pooling.weights().size() * patches];
    for (int i = 0; i < pooling.weights().size(); i++) {
      System.arraycopy(pooling.weights().get(i), 0, flat, i * patches, patches);
    }
    Tensor weights = Tensor.of(flat, 1, pooling.weights().size(), patches);
    return weights.to(features.device()).matmul(features.to(DType.F32)).like(features);
  }
}

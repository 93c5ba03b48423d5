package io.llavasg.train;

import io.llavasg.data.Example;
import io.llavasg.generate.JointSequence;
import io.llavasg.generate.JointSequence.GraphTokens;
import io.llavasg.graph.NodePooling;
import io.llavasg.image.PixelValues;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.LlavaSgModel.SceneGraphModule;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a micro-batch in the language model's embedding space, zeros behind shorter examples. */
final class BatchEmbedder {
  private final LlavaSgModel model;

  BatchEmbedder(LlavaSgModel model) {
    this.model = model;
  }

  /** (B, longest, hidden_size), recorded. */
  Tensor embed(MicroBatch batch) {
    try (var scope = Scope.open()) {
      List<PixelValues> images =
          batch.examples().stream().flatMap(example -> example.pixels().stream()).toList();
      Optional<Tensor> features =
          images.isEmpty() ? Optional.empty() : Optional.of(features(images));
      Optional<Tensor> tokens = features.map(model::imageTokens);
      List<Tensor> rows = new ArrayList<>();
      int image = 0;
      for (Example example : batch.examples()) {
        Optional<Tensor> ownTokens = Optional.empty();
        Optional<GraphTokens> graph = Optional.empty();
        if (example.pixels().isPresent()) {
          Tensor ownFeatures = features.orElseThrow().narrow(0, image, 1);
          ownTokens = Optional.of(tokens.orElseThrow().narrow(0, image, 1));
          graph = example.nodes().map(nodes -> graph(example, nodes, ownFeatures));
          image++;
        }
        Tensor joined = JointSequence.join(model, example.prompt(), ownTokens, graph);
        rows.add(padded(joined, batch.longest()));
      }
      return scope.keep(Functional.cat(0, rows.toArray(Tensor[]::new)));
    }
  }

  /** F_v of all images at once; the tower is not trained, so nothing of it is recorded. */
  private Tensor features(List<PixelValues> images) {
    return Torch.withoutGradients(
        () -> {
          List<Tensor> pixels = new ArrayList<>();
          for (PixelValues image : images) {
            long[] shape = image.shape();
            pixels.add(Tensor.of(image.values(), 1, shape[0], shape[1], shape[2]));
          }
          return model.visionFeatures(Functional.cat(0, pixels.toArray(Tensor[]::new)));
        });
  }

  private GraphTokens graph(Example example, NodePooling nodes, Tensor features) {
    if (nodes.weights().isEmpty()) {
      return new GraphTokens(Optional.empty());
    }
    SceneGraphModule module = model.sceneGraph().orElseThrow();
    Tensor pooled = JointSequence.nodeFeatures(nodes, features);
    Tensor prompt =
        model.languageModel().embedding().forward(example.graphPromptIds()).unsqueeze(0);
    return new GraphTokens(
        Optional.of(
            module.projector().forward(module.expression().forward(pooled, prompt).graph())));
  }

  private static Tensor padded(Tensor joined, int length) {
    long missing = length - joined.size(1);
    if (missing == 0) {
      return joined;
    }
    Tensor zeros = Tensor.zeros(joined.dtype(), joined.device(), 1, missing, joined.size(2));
    return Functional.cat(1, joined, zeros);
  }
}

package io.llavasg.generate;

import io.llavasg.LlavaSgException;
import io.llavasg.generate.GraphBuilder.Built;
import io.llavasg.generate.JointSequence.GraphTokens;
import io.llavasg.graph.Entity;
import io.llavasg.graph.SceneGraph;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.text.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes a prompt in the language model's embedding space, as a {@link JointSequence}. */
final class PromptEmbedder {
  private final LlavaSgModel model;
  private final Optional<ImageDomain> domain;

  /**
   * @param domain the images that the model knows, where it knows but a few kinds
   */
  PromptEmbedder(LlavaSgModel model, Optional<ImageDomain> domain) {
    this.model = model;
    this.domain = domain;
  }

  /**
   * An embedded prompt.
   *
   * @param embeddings (1, length, hidden_size)
   * @param length positions that the language model sees
   * @param graph the scene graph; null without one
   * @param nodes the entities that became its nodes
   * @param visionNanos time that the vision tower and its projector took
   * @param graphNanos time that the scene graph took
   */
  record Embedded(
      Tensor embeddings,
      int length,
      @Nullable SceneGraph graph,
      List<Entity> nodes,
      List<String> warnings,
      long visionNanos,
      long graphNanos) {

    /** The same for a later turn, which does not look again. */
    Embedded seenBefore() {
      return new Embedded(embeddings, length, graph, nodes, warnings, 0, 0);
    }
  }

  /**
   * What the model makes of an image before it reads the prompt.
   *
   * @param imageTokens W_v · F_v (1, patches, hidden_size)
   * @param built the scene graph; null without one
   */
  record Seen(
      Tensor imageTokens,
      @Nullable Built built,
      List<String> warnings,
      long visionNanos,
      long graphNanos) {

    @Nullable SceneGraph graph() {
      return built == null ? null : built.graph();
    }

    List<Entity> nodes() {
      return built == null ? List.of() : built.nodes();
    }
  }

  /**
   * Embeds a prompt about an image.
   *
   * @param graphPrompt the text that activates the scene graph
   */
  Embedded embed(
      Prompt prompt, Illustration illustration, GraphPrompt graphPrompt, @Nullable Trace trace) {
    try (var scope = Scope.open()) {
      Seen seen = see(illustration, graphPrompt, trace);
      Optional<GraphTokens> graph =
          Optional.ofNullable(seen.built())
              .map(built -> new GraphTokens(Optional.ofNullable(built.tokens())));
      Tensor embeddings =
          scope.keep(JointSequence.join(model, prompt, Optional.of(seen.imageTokens()), graph));
      return new Embedded(
          embeddings,
          Math.toIntExact(embeddings.size(1)),
          seen.graph(),
          seen.nodes(),
          seen.warnings(),
          seen.visionNanos(),
          seen.graphNanos());
    }
  }

  /** Runs the vision tower, and the Scene Graph Expression module where there are entities. */
  Seen see(Illustration illustration, GraphPrompt graphPrompt, @Nullable Trace trace) {
    final long start = System.nanoTime();
    long[] shape = illustration.pixels().shape();
    Tensor pixels = Tensor.of(illustration.pixels().values(), 1, shape[0], shape[1], shape[2]);
    Tensor features = model.visionFeatures(pixels);
    Tensor imageTokens = model.imageTokens(features);
    Torch.synchronise(features.device());
    if (trace != null) {
      trace.record("pixel_values", pixels);
      trace.record("vision_features", features.select(0, 0));
    }
    final long seen = System.nanoTime();
    List<String> warnings = new ArrayList<>();
    domain.flatMap(known -> known.warning(features)).ifPresent(warnings::add);
    Built built = null;
    if (illustration.entities().isPresent()) {
      built =
          new GraphBuilder(model, model.sceneGraph().orElseThrow(PromptEmbedder::noGraph))
              .build(
                  illustration.entities().get(),
                  illustration.canvas(),
                  features,
                  graphPrompt,
                  warnings,
                  trace);
    }
    return new Seen(imageTokens, built, warnings, seen - start, System.nanoTime() - seen);
  }

  /** The text that activates a graph: token ids, and how each reads. */
  @SuppressWarnings("ArrayRecordComponent")
  record GraphPrompt(int[] ids, List<String> tokens) {}

  private static LlavaSgException noGraph() {
    return LlavaSgException.user(
        "this model is plain LLaVA and has no scene graph: ask without entities, or convert it");
  }
}

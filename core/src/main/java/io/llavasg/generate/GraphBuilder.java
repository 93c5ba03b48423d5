package io.llavasg.generate;

import io.llavasg.generate.PromptEmbedder.GraphPrompt;
import io.llavasg.graph.Canvas;
import io.llavasg.graph.Entities;
import io.llavasg.graph.Entity;
import io.llavasg.graph.NodeChoice;
import io.llavasg.graph.SceneGraph;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.LlavaSgModel.SceneGraphModule;
import io.llavasg.sge.SceneGraphExpression.Expression;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns entities and vision features into the scene graph and its tokens (section II-A2). */
final class GraphBuilder {
  private final LlavaSgModel model;
  private final SceneGraphModule module;

  GraphBuilder(LlavaSgModel model, SceneGraphModule module) {
    this.model = model;
    this.module = module;
  }

  /**
   * A scene graph, with its tokens.
   *
   * @param tokens (1, N, hidden_size); null for a graph without nodes
   */
  record Built(SceneGraph graph, List<Entity> nodes, @Nullable Tensor tokens) {}

  /**
   * Builds the graph of an image.
   *
   * @param features F_v (1, patches, d_e)
   * @param activation the text that activates the graph
   * @param warnings gains a line for each entity that could not become a node
   */
  Built build(
      Entities entities,
      Canvas canvas,
      Tensor features,
      GraphPrompt activation,
      List<String> warnings,
      @Nullable Trace trace) {
    NodeChoice choice = choose(entities, canvas, warnings);
    List<Entity> nodes = choice.nodes();
    if (nodes.isEmpty()) {
      return new Built(SceneGraph.withoutEdges(List.of()), nodes, null);
    }
    Tensor pooled = JointSequence.nodeFeatures(choice.pooling(), features);
    Tensor prompt = model.languageModel().embedding().forward(activation.ids()).unsqueeze(0);
    Expression expression = module.expression().forward(pooled, prompt);
    Tensor tokens = module.projector().forward(expression.graph());
    if (trace != null) {
      record(trace, pooled, expression, tokens);
    }
    SceneGraph graph =
        SceneGraph.of(
            nodes,
            rows(expression.edgeAttention()),
            activation.tokens(),
            rows(expression.promptAttention()));
    return new Built(graph, nodes, tokens);
  }

  /** The entities that become nodes, with a warning for each that does not. */
  private NodeChoice choose(Entities entities, Canvas canvas, List<String> warnings) {
    int grid = model.config().vision().gridSize();
    NodeChoice choice =
        NodeChoice.of(entities, canvas, grid, module.expression().config().maxNodes());
    for (int index : choice.offCanvas()) {
      warnings.add(
          "entity %d ('%s') has no pixel that the model sees; it is left out of the scene graph"
              .formatted(index, entities.list().get(index).label()));
    }
    if (choice.surplus() > 0) {
      int most = choice.nodes().size();
      warnings.add(
          "%d entities are more than the model's %d; the %d with the lowest scores are left out"
              .formatted(most + choice.surplus(), most, choice.surplus()));
    }
    return choice;
  }

  private static void record(Trace trace, Tensor pooled, Expression expression, Tensor tokens) {
    trace.record("node_features", pooled.select(0, 0));
    for (int i = 0; i < expression.edgeAttention().size(); i++) {
      trace.record("edge_attention." + i, expression.edgeAttention().get(i).select(0, 0));
    }
    for (int i = 0; i < expression.promptAttention().size(); i++) {
      trace.record("prompt_attention." + i, expression.promptAttention().get(i).select(0, 0));
    }
    trace.record("graph_tokens", tokens.select(0, 0));
  }

  /** (1, N, M) tensors as rows. */
  private static List<float[][]> rows(List<Tensor> tensors) {
    List<float[][]> all = new ArrayList<>();
    for (Tensor tensor : tensors) {
      float[] flat = tensor.toFloats();
      int columns = Math.toIntExact(tensor.size(2));
      float[][] rows = new float[Math.toIntExact(tensor.size(1))][columns];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(flat, i * columns, rows[i], 0, columns);
      }
      all.add(rows);
    }
    return all;
  }
}

package io.llavasg.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A scene graph as JSON: {@code {"entities": [{"label", "score", "box", "area"}], "edges":
 * [{"from", "to", "weight"}], "prompt_attention": {"tokens": [...], "weights": [[...]]}}}. {@code
 * from} and {@code to} are indices of entities; {@code weights} has a row for each entity and a
 * column for each token.
 */
public final class SceneGraphJson {

  private SceneGraphJson() {}

  public static ObjectNode toJson(SceneGraph graph) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode entities = root.putArray("entities");
    for (SceneGraph.Node node : graph.nodes()) {
      ObjectNode entity =
          entities.addObject().put("label", node.label()).put("score", node.score());
      ArrayNode corners = entity.putArray("box");
      node.box().ifPresent(box -> corners.add(box.x0()).add(box.y0()).add(box.x1()).add(box.y1()));
      entity.put("area", node.area());
    }
    ArrayNode edges = root.putArray("edges");
    for (SceneGraph.Edge edge : graph.edges()) {
      edges.addObject().put("from", edge.from()).put("to", edge.to()).put("weight", edge.weight());
    }
    ObjectNode prompt = root.putObject("prompt_attention");
    ArrayNode tokens = prompt.putArray("tokens");
    graph.promptAttention().tokens().forEach(tokens::add);
    ArrayNode weights = prompt.putArray("weights");
    graph.promptAttention().weights().forEach(row -> row.forEach(weights.addArray()::add));
    return root;
  }
}

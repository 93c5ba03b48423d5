package io.llavasg.generate;

import io.llavasg.graph.Entity;
import io.llavasg.graph.SceneGraph;
import java.util.List;

/**
 * A scene graph as the model built it.
 *
 * @param nodes the entities that became its nodes, in its order
 * @param warnings what was left out, a line each
 */
public record Depiction(SceneGraph graph, List<Entity> nodes, List<String> warnings) {
  public Depiction {
    nodes = List.copyOf(nodes);
    warnings = List.copyOf(warnings);
  }
}

package io.llavasg.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * Which entities of a photo become the nodes of its scene graph: those with a pixel on the canvas,
 * of these the best at most (see {@link Entities#select}).
 *
 * @param nodes the entities that do, in their order
 * @param pooling their weights, a row for each
 * @param offCanvas positions of those without a pixel on the canvas
 * @param surplus how many more than the most there were
 */
public record NodeChoice(
    List<Entity> nodes, NodePooling pooling, List<Integer> offCanvas, int surplus) {

  public NodeChoice {
    nodes = List.copyOf(nodes);
    offCanvas = List.copyOf(offCanvas);
  }

  /**
   * Chooses.
   *
   * @param grid patches along a side of the canvas
   * @param most nodes
   */
  public static NodeChoice of(Entities entities, Canvas canvas, int grid, int most) {
    NodePooling all = NodePooling.of(entities.masks(), canvas, grid, grid);
    Entities visible =
        new Entities(entities.image(), all.nodes().stream().map(entities.list()::get).toList());
    Entities.Selection selection = visible.select(most);
    List<float[]> weights = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    int next = 0;
    for (Entity kept : selection.kept()) {
      // By identity: two entities may be equal, and the order is kept.
      while (visible.list().get(next) != kept) {
        next++;
      }
      weights.add(all.weights().get(next));
      positions.add(all.nodes().get(next++));
    }
    return new NodeChoice(
        selection.kept(),
        new NodePooling(weights, positions, all.offCanvas()),
        all.offCanvas(),
        selection.dropped().size());
  }
}

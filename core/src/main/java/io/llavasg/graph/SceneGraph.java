package io.llavasg.graph;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The scene graph that the model made of a photo and a prompt, as it is reported and drawn.
 *
 * @param nodes the entities that became nodes
 * @param edges one for every ordered pair of different nodes, by row; none with message passing off
 * @param promptAttention how the nodes looked at the prompt
 */
public record SceneGraph(List<Node> nodes, List<Edge> edges, PromptAttention promptAttention) {

  /**
   * A node: an entity without its mask.
   *
   * @param area of the mask, in pixels of the original image
   */
  public record Node(String label, double score, Optional<Box> box, int area) {

    static Node of(Entity entity) {
      return new Node(entity.label(), entity.score(), entity.box(), entity.mask().area());
    }
  }

  /**
   * How much node {@code to} (the query) attended to node {@code from} (the key): the direction in
   * which the message went. Both are indices of nodes.
   */
  public record Edge(int from, int to, float weight) {}

  public SceneGraph {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
    for (Edge edge : edges) {
      if (Math.min(edge.from, edge.to) < 0 || Math.max(edge.from, edge.to) >= nodes.size()) {
        throw LlavaSgException.user("%s does not join two of %d nodes", edge, nodes.size());
      }
    }
    int rows = promptAttention.weights().size();
    if (rows != 0 && rows != nodes.size()) {
      throw LlavaSgException.user("prompt attention of %d nodes for %d", rows, nodes.size());
    }
  }

  /**
   * A graph from what the Scene Graph Expression module computed.
   *
   * @param entities the N nodes
   * @param edgeAttention N × N, rows are queries, for each message passing block; may be empty
   * @param promptTokens texts of the N_t prompt tokens
   * @param promptAttention N × N_t for each prompt block; may be empty
   */
  public static SceneGraph of(
      List<Entity> entities,
      List<float[][]> edgeAttention,
      List<String> promptTokens,
      List<float[][]> promptAttention) {
    int n = entities.size();
    List<Edge> edges = new ArrayList<>();
    if (!edgeAttention.isEmpty()) {
      float[][] mean = mean(edgeAttention, n, n);
      for (int to = 0; to < n; to++) {
        for (int from = 0; from < n; from++) {
          if (from != to) {
            edges.add(new Edge(from, to, mean[to][from]));
          }
        }
      }
    }
    List<List<Float>> prompt = new ArrayList<>();
    if (!promptAttention.isEmpty()) {
      for (float[] row : mean(promptAttention, n, promptTokens.size())) {
        prompt.add(IntStream.range(0, row.length).mapToObj(i -> row[i]).toList());
      }
    }
    return new SceneGraph(
        entities.stream().map(Node::of).toList(),
        edges,
        new PromptAttention(prompt.isEmpty() ? List.of() : promptTokens, prompt));
  }

  /** The nodes alone, for a photo that no model has looked at. */
  public static SceneGraph withoutEdges(List<Entity> entities) {
    return of(entities, List.of(), List.of(), List.of());
  }

  private static float[][] mean(List<float[][]> blocks, int rows, int columns) {
    float[][] mean = new float[rows][columns];
    for (float[][] block : blocks) {
      if (block.length != rows || (rows > 0 && block[0].length != columns)) {
        throw LlavaSgException.user(
            "attention of %d × %d where %d × %d is expected",
            block.length, block.length == 0 ? 0 : block[0].length, rows, columns);
      }
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          mean[row][column] += block[row][column] / blocks.size();
        }
      }
    }
    return mean;
  }

  /**
   * The edges worth showing: the {@code perNode} strongest that lead to each node, of these the
   * {@code most} strongest, strongest first.
   */
  public List<Edge> strongestEdges(int perNode, int most) {
    Comparator<Edge> strongestFirst = Comparator.comparingDouble(edge -> -edge.weight());
    Set<Edge> strongest = new LinkedHashSet<>();
    for (int node = 0; node < nodes.size(); node++) {
      int to = node;
      edges.stream()
          .filter(edge -> edge.to == to)
          .sorted(strongestFirst)
          .limit(perNode)
          .forEach(strongest::add);
    }
    return strongest.stream().sorted(strongestFirst).limit(most).toList();
  }
}

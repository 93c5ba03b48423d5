package io.llavasg.graph;

import java.util.List;
import java.util.Locale;

/** A scene graph in Graphviz's DOT language. */
public final class SceneGraphDot {

  private SceneGraphDot() {}

  /** All nodes and the given edges, whose pens are as wide as they are strong. */
  public static String toDot(SceneGraph graph, List<SceneGraph.Edge> edges) {
    StringBuilder dot = new StringBuilder("digraph scene_graph {\n");
    dot.append("  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    dot.append("  edge [fontname=\"sans-serif\", fontsize=10];\n");
    for (int i = 0; i < graph.nodes().size(); i++) {
      SceneGraph.Node node = graph.nodes().get(i);
      dot.append(
          String.format(
              Locale.ROOT,
              "  n%d [label=\"%s\\n%.2f\"];\n",
              i,
              escape(node.label()),
              node.score()));
    }
    double strongest = edges.stream().mapToDouble(SceneGraph.Edge::weight).max().orElse(1);
    for (SceneGraph.Edge edge : edges) {
      dot.append(
          String.format(
              Locale.ROOT,
              "  n%d -> n%d [label=\"%.2f\", penwidth=%.2f];\n",
              edge.from(),
              edge.to(),
              edge.weight(),
              .5 + 3 * edge.weight() / strongest));
    }
    return dot.append("}\n").toString();
  }

  /** Within DOT's quotes, a quote and a backslash need one before them; a line break is \n. */
  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\r\n", "\\n")
        .replace("\n", "\\n")
        .replace("\r", "\\n");
  }
}

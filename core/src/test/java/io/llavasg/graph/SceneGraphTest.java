package io.llavasg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.SceneGraph.Edge;
import java.util.List;
import org.junit.jupiter.api.Test;

class SceneGraphTest {

  private static final List<Entity> ENTITIES =
      List.of(
          Entity.of("dog", .5, Mask.ofCounts(4, 2, 1, 3, 4)),
          Entity.of("cat", 1, Mask.ofCounts(4, 2, 0, 8)),
          Entity.of("say \"hi\"\\\n", 1, Mask.ofCounts(4, 2, 8)));

  private static final SceneGraph GRAPH =
      SceneGraph.of(
          ENTITIES,
          List.of(
              new float[][] {{.5f, .25f, .25f}, {.5f, 0, .5f}, {0, 1, 0}},
              new float[][] {{.5f, .5f, 0}, {1, 0, 0}, {.5f, .25f, .25f}}),
          List.of("▁What", "?"),
          List.<float[][]>of(new float[][] {{.25f, .75f}, {.5f, .5f}, {1, 0}}));

  @Test
  void edgesAreMeansOverTheBlocksWithoutLoops() {
    assertThat(GRAPH.edges())
        .containsExactly(
            new Edge(1, 0, .375f),
            new Edge(2, 0, .125f),
            new Edge(0, 1, .75f),
            new Edge(2, 1, .25f),
            new Edge(0, 2, .25f),
            new Edge(1, 2, .625f));
  }

  @Test
  void strongestEdges() {
    assertThat(GRAPH.strongestEdges(1, 9))
        .containsExactly(new Edge(0, 1, .75f), new Edge(1, 2, .625f), new Edge(1, 0, .375f));
    assertThat(GRAPH.strongestEdges(2, 2))
        .containsExactly(new Edge(0, 1, .75f), new Edge(1, 2, .625f));
  }

  @Test
  void strongestPromptTokens() {
    assertThat(GRAPH.promptAttention().strongestPromptTokens(0, 1))
        .containsExactly(new PromptAttention.TokenWeight(1, "?", .75f));
    assertThat(GRAPH.promptAttention().strongestPromptTokens(1, 9))
        .extracting(PromptAttention.TokenWeight::token)
        .containsExactly("▁What", "?");
    assertThat(PromptAttention.none().strongestPromptTokens(0, 3)).isEmpty();
  }

  @Test
  void json() {
    assertThat(SceneGraphJson.toJson(GRAPH).toString())
        .isEqualTo(
            "{\"entities\":[{\"label\":\"dog\",\"score\":0.5,\"box\":[0.0,0.0,2.0,2.0],\"area\":3},"
                + "{\"label\":\"cat\",\"score\":1.0,\"box\":[0.0,0.0,4.0,2.0],\"area\":8},"
                + "{\"label\":\"say \\\"hi\\\"\\\\\\n\",\"score\":1.0,\"box\":[],\"area\":0}],"
                + "\"edges\":[{\"from\":1,\"to\":0,\"weight\":0.375},"
                + "{\"from\":2,\"to\":0,\"weight\":0.125},{\"from\":0,\"to\":1,\"weight\":0.75},"
                + "{\"from\":2,\"to\":1,\"weight\":0.25},{\"from\":0,\"to\":2,\"weight\":0.25},"
                + "{\"from\":1,\"to\":2,\"weight\":0.625}],"
                + "\"prompt_attention\":{\"tokens\":[\"▁What\",\"?\"],"
                + "\"weights\":[[0.25,0.75],[0.5,0.5],[1.0,0.0]]}}");
  }

  @Test
  void withEverythingOffThereAreOnlyNodes() {
    SceneGraph graph = SceneGraph.of(ENTITIES, List.of(), List.of("▁What"), List.of());
    assertThat(graph).isEqualTo(SceneGraph.withoutEdges(ENTITIES));
    assertThat(graph.edges()).isEmpty();
    assertThat(graph.promptAttention()).isEqualTo(PromptAttention.none());
    assertThat(SceneGraphJson.toJson(SceneGraph.withoutEdges(List.of())).toString())
        .isEqualTo(
            "{\"entities\":[],\"edges\":[],\"prompt_attention\":{\"tokens\":[],\"weights\":[]}}");
  }

  @Test
  void dotEscapesLabels() {
    String dot = SceneGraphDot.toDot(GRAPH, GRAPH.strongestEdges(1, 1));

    assertThat(dot)
        .startsWith("digraph scene_graph {\n")
        .contains("  n0 [label=\"dog\\n0.50\"];\n")
        .contains("  n2 [label=\"say \\\"hi\\\"\\\\\\n\\n1.00\"];\n")
        .contains("  n0 -> n1 [label=\"0.75\", penwidth=3.50];\n")
        .endsWith("}\n");
    assertThat(dot.lines()).hasSize(3 + 3 + 1 + 1);
  }

  @Test
  void refusesAttentionOfAnotherSize() {
    assertThatThrownBy(
            () ->
                SceneGraph.of(
                    ENTITIES,
                    List.<float[][]>of(new float[][] {{1, 0}, {0, 1}}),
                    List.of(),
                    List.of()))
        .isInstanceOf(LlavaSgException.class)
        .hasMessage("attention of 2 × 2 where 3 × 3 is expected");
    assertThatThrownBy(
            () -> new SceneGraph(List.of(), List.of(new Edge(0, 1, 1)), PromptAttention.none()))
        .hasMessageContaining("does not join two of 0 nodes");
    assertThatThrownBy(
            () ->
                new SceneGraph(
                    List.of(), List.of(), new PromptAttention(List.of(), List.of(List.of()))))
        .hasMessageContaining("prompt attention of 1 nodes for 0");
    assertThatThrownBy(() -> new PromptAttention(List.of("a"), List.of(List.of())))
        .hasMessageContaining("0 columns");
  }
}

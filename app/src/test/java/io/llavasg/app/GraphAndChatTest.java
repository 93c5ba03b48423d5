package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.ENTITIES;
import static io.llavasg.app.CommandLineRun.IMAGE;
import static io.llavasg.app.CommandLineRun.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphAndChatTest {
  @TempDir private Path directory;

  private static CommandLineRun graph(String... more) {
    String[] fixed = {
      "graph", "--model", MODEL, "--image", IMAGE, "--entities", ENTITIES, "--max-new-tokens", "3"
    };
    String[] all = Arrays.copyOf(fixed, fixed.length + more.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return CommandLineRun.of(all);
  }

  @Test
  void drawsAPicture() throws IOException {
    Path file = directory.resolve("graph.png");
    assertThat(graph("-o", file.toString(), "What?").exitCode()).isZero();
    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(picture.getWidth()).isBetween(500, 1600);
  }

  @Test
  void comparesTwoAnswers() throws IOException {
    Path file = directory.resolve("both.svg");
    CommandLineRun run = graph("--compare", "-o", file.toString(), "--format", "json", "What?");
    JsonNode json = run.json();
    assertThat(json.has("with_scene_graph") && json.has("without_scene_graph")).isTrue();
    assertThat(Files.readString(file)).contains("<svg").contains("LLaVA-SG");
    graph("--compare", "-o", file.toString()).assertRefused(2, "needs a question");
  }

  /** Both answers would be the plain model's, and one of them called LLaVA-SG's. */
  @Test
  void comparesNoPlainModelWithItself() {
    Path file = directory.resolve("both.png");
    CommandLineRun.of(
            "graph",
            "--model",
            MODEL,
            "--image",
            IMAGE,
            "--no-scene-graph",
            "--max-new-tokens",
            "3",
            "--compare",
            "-o",
            file.toString(),
            "What?")
        .assertRefused(2, "no scene graph to show");
    assertThat(file).doesNotExist();
  }

  @Test
  void refusesAPlaceThatCannotBeWritten() {
    for (String kind : new String[] {"png", "svg", "json", "dot"}) {
      Path file = directory.resolve("nowhere").resolve("graph." + kind);
      graph("-o", file.toString()).assertRefused(2, "is no folder that can be written to");
    }
  }

  @Test
  void writesDataAndText() throws IOException {
    Path json = directory.resolve("graph.json");
    assertThat(graph("-o", json.toString()).exitCode()).isZero();
    assertThat(new ObjectMapper().readTree(json.toFile()).get("entities")).hasSize(2);
    Path dot = directory.resolve("graph.dot");
    assertThat(graph("-o", dot.toString()).exitCode()).isZero();
    assertThat(Files.readString(dot)).startsWith("digraph");
    CommandLineRun text = graph();
    assertThat(text.exitCode()).isZero();
    assertThat(text.out()).contains("ball").contains("->");
  }

  @Test
  void chatsInSeveralTurns() {
    InputStream before = System.in;
    System.setIn(
        new ByteArrayInputStream("What is it?\nAnd that?\n".getBytes(StandardCharsets.UTF_8)));
    try {
      JsonNode json =
          CommandLineRun.of(
                  "chat",
                  "--model",
                  MODEL,
                  "--image",
                  IMAGE,
                  "--entities",
                  ENTITIES,
                  "--format",
                  "json",
                  "--max-new-tokens",
                  "3",
                  "--temperature",
                  "0")
              .json();
      assertThat(json.get("turns")).hasSize(2);
      assertThat(json.get("turns").get(1).get("question").asText()).isEqualTo("And that?");
      int first = json.get("turns").get(0).get("prompt_tokens").asInt();
      assertThat(json.get("turns").get(1).get("prompt_tokens").asInt()).isGreaterThan(first);
    } finally {
      System.setIn(before);
    }
  }
}

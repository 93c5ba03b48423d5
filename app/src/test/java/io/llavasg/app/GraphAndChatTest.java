package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.ENTITIES;
import static io.llavasg.app.CommandLineRun.FIXTURES;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphAndChatTest {
  private static final ObjectMapper JSON = new ObjectMapper();

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
    // The photo has 101 x 58 pixels and is enlarged; question and answer stand below it.
    assertThat(picture.getWidth()).isEqualTo(1000);
    assertThat(picture.getHeight()).isBetween(574 + 20, 574 + 200);
  }

  /** Both answers are the reference's, with these entities and without. */
  @Test
  void comparesTwoAnswers() throws IOException {
    Path file = directory.resolve("both.svg");
    JsonNode json = compare(file, "--max-new-tokens", "24").json();
    assertThat(json.get("with_scene_graph")).isEqualTo(answer(MODEL, "wide-two"));
    assertThat(json.get("without_scene_graph")).isEqualTo(answer(MODEL, "wide-baseline"));
    assertThat(Files.readString(file)).contains("<svg").contains("LLaVA-SG without its graph");
    graph("--compare", "-o", file.toString()).assertRefused(2, "needs a question");
  }

  @Test
  void comparesWithAnotherCheckpoint() throws IOException {
    String baseline = FIXTURES.resolve("tiny-llava-hf-f16").toString();
    Path file = directory.resolve("both.svg");
    JsonNode json =
        compare(file, "--max-new-tokens", "12", "--dtype", "f32", "--baseline", baseline).json();
    assertThat(answer(MODEL, "wide-two").asText())
        .startsWith(json.get("with_scene_graph").asText());
    assertThat(json.get("without_scene_graph")).isEqualTo(answer(baseline, "wide"));
    assertThat(Files.readString(file)).contains(">LLaVA<").doesNotContain("without its graph");
    compare(file, "--baseline", "nowhere").assertRefused(2, "nowhere");
    graph("--baseline", baseline).assertRefused(2, "--compare");
  }

  private static CommandLineRun compare(Path file, String... more) {
    List<String> all =
        new ArrayList<>(List.of("graph", "--model", MODEL, "--image", IMAGE, "--compare"));
    all.addAll(List.of("--entities", ENTITIES, "-o", file.toString(), "--format", "json"));
    all.addAll(List.of(more));
    all.add("What is in the picture?");
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private static JsonNode answer(String model, String id) throws IOException {
    return CommandLineRun.expected(model, id).get("answer");
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
        .assertRefused(2, "--no-scene-graph leaves out");
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
    assertThat(JSON.readTree(json.toFile()).get("entities")).hasSize(2);
    Path dot = directory.resolve("graph.dot");
    assertThat(graph("-o", dot.toString()).exitCode()).isZero();
    assertThat(Files.readString(dot)).startsWith("digraph");
    CommandLineRun text = graph();
    assertThat(text.exitCode()).isZero();
    assertThat(text.out()).contains("ball").contains("->");
  }

  @Test
  void whatNoFontCanShowIsTold() {
    String question = "What is " + Character.toString(0x10fffd) + "?"; // for private use
    CommandLineRun run = graph("-o", directory.resolve("graph.png").toString(), question);
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).containsOnlyOnce("no font here can show");
    run = graph("-o", directory.resolve("graph.svg").toString(), question);
    assertThat(run.err()).doesNotContain("no font");
  }

  private static CommandLineRun chat(String questions, String... more) {
    List<String> all = new ArrayList<>(List.of("chat", "--model", MODEL, "--image", IMAGE));
    all.addAll(List.of("--entities", ENTITIES, "--max-new-tokens", "3", "--temperature", "0"));
    all.addAll(List.of(more));
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(questions.getBytes(StandardCharsets.UTF_8)));
    try {
      return CommandLineRun.of(all.toArray(String[]::new));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void chatsInSeveralTurns() {
    JsonNode json = chat("What is it?\nAnd that?\n", "--format", "json").json();
    assertThat(json.get("turns")).hasSize(2);
    assertThat(json.get("turns").get(1).get("question").asText()).isEqualTo("And that?");
    int first = json.get("turns").get(0).get("prompt_tokens").asInt();
    assertThat(json.get("turns").get(1).get("prompt_tokens").asInt()).isGreaterThan(first);
  }

  /** Questions that do not fit leave the conversation as it was, the first one like any other. */
  @Test
  void aQuestionThatDoesNotFitFailsAlone() throws IOException {
    String tooLong = "word ".repeat(3_000) + "\n";
    CommandLineRun run =
        chat(tooLong + "What is it?\n" + tooLong + "And that?\n", "--format", "json");
    assertThat(run.exitCode()).isEqualTo(2);
    JsonNode turns = JSON.readTree(run.out()).get("turns");
    assertThat(turns).hasSize(4);
    assertThat(turns.get(0).get("error").asText()).contains("the question is too long");
    assertThat(turns.get(2).get("error").asText()).contains("conversation is full", "a new chat");
    JsonNode undisturbed = chat("What is it?\nAnd that?\n", "--format", "json").json();
    for (int turn : new int[] {1, 3}) {
      assertThat(turns.get(turn).get("answer"))
          .isEqualTo(undisturbed.get("turns").get(turn / 2).get("answer"));
    }
    assertThat(run.err().lines()).hasSize(2);
  }

  @Test
  void answersOfAChatAreLines() {
    CommandLineRun run = chat("What is it?\nAnd that?\n");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(2);
  }
}

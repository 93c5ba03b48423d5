package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.ENTITIES;
import static io.llavasg.app.CommandLineRun.FIXTURES;
import static io.llavasg.app.CommandLineRun.IMAGE;
import static io.llavasg.app.CommandLineRun.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private static JsonNode expected(String id) throws IOException {
    return CommandLineRun.expected(MODEL, id);
  }

  @Test
  void jsonHoldsTheReferencesAnswer() throws IOException {
    JsonNode expected = expected("wide-two");
    JsonNode json =
        CommandLineRun.of(
                "ask",
                "--model",
                MODEL,
                "--image",
                IMAGE,
                "--entities",
                ENTITIES,
                "--format",
                "json",
                "--max-new-tokens",
                "24",
                expected.get("question").asText())
            .json();
    assertThat(json.get("token_ids")).isEqualTo(expected.get("generated_ids"));
    assertThat(json.get("answer")).isEqualTo(expected.get("answer"));
    assertThat(json.get("prompt_tokens")).isEqualTo(expected.get("prompt_token_count"));
    assertThat(json.get("first_logits_top5")).hasSize(5);
    JsonNode graph = json.get("scene_graph");
    assertThat(graph.get("entities")).hasSize(2);
    for (String field : List.of("label", "score", "box", "area")) {
      assertThat(graph.get("entities").get(0).has(field)).as(field).isTrue();
    }
    assertThat(graph.get("edges")).hasSize(2);
    assertThat(graph.get("edges").get(0).has("weight")).isTrue();
    assertThat(graph.has("prompt_attention")).isTrue();
    for (String field : List.of("load", "perception", "vision", "graph", "prefill", "decode")) {
      assertThat(json.get("timings_ms").get(field).isNumber()).as(field).isTrue();
    }
  }

  @Test
  void textIsTheAnswerAlone() throws IOException {
    JsonNode expected = expected("wide-two");
    CommandLineRun run =
        CommandLineRun.of(
            "ask",
            "--model",
            MODEL,
            "--image",
            IMAGE,
            "--entities",
            ENTITIES,
            "--max-new-tokens",
            "24",
            expected.get("question").asText());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(expected.get("answer").asText() + "\n");
  }

  /** JSON is UTF-8, also where the system's own charset, here ASCII, has no such letters. */
  @Test
  void aPipeGetsUtf8() throws Exception {
    JsonNode expected = expected("wide-two");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.bytedeco.javacpp.nopointergc=true",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "ask",
            "--model",
            MODEL,
            "--image",
            IMAGE,
            "--entities",
            ENTITIES,
            "--max-new-tokens",
            "24",
            "--format",
            "json",
            expected.get("question").asText());
    builder.environment().put("LC_ALL", "POSIX");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    byte[] out = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    String answer = expected.get("answer").asText();
    assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(answer)).isFalse();
    assertThat(new ObjectMapper().readTree(out).get("answer").asText()).isEqualTo(answer);
  }

  @Test
  void withoutSceneGraphThereIsNone() {
    JsonNode json =
        CommandLineRun.of(
                "ask",
                "--model",
                MODEL,
                "--image",
                IMAGE,
                "--no-scene-graph",
                "--format",
                "json",
                "--max-new-tokens",
                "2",
                "What?")
            .json();
    assertThat(json.get("scene_graph").isNull()).isTrue();
  }

  @Test
  void traceHoldsTheReferencesIntermediateTensors() throws IOException {
    Path trace = directory.resolve("trace.safetensors");
    CommandLineRun.of(
            "ask",
            "--model",
            MODEL,
            "--image",
            IMAGE,
            "--entities",
            ENTITIES,
            "--trace",
            trace.toString(),
            "--format",
            "json",
            "--max-new-tokens",
            "1",
            expected("wide-two").get("question").asText())
        .json();
    try (WeightFile file = WeightFile.open(trace);
        WeightFile expected = WeightFile.open(Path.of(MODEL, "trace-wide-two.safetensors"))) {
      assertThat(file.tensors()).containsOnlyKeys(expected.tensors().keySet()).hasSize(8);
      for (String name : expected.tensors().keySet()) {
        assertThat(file.tensor(name).shape()).as(name).isEqualTo(expected.tensor(name).shape());
        // The absolute tolerance that the library's own tests argue for these tensors.
        assertThat(floats(file.tensor(name)))
            .as(name)
            .containsExactly(floats(expected.tensor(name)), withPrecision(1e-4f));
      }
    }
  }

  private static float[] floats(StoredTensor tensor) {
    return tensor
        .data()
        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
  }

  @Test
  void aBatchAnswersEveryLineAsTheReference() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "ask",
            "--model",
            MODEL,
            "--batch",
            MODEL + "/cases.jsonl",
            "--batch-size",
            "5",
            "--max-new-tokens",
            "24");
    assertThat(run.exitCode()).as(run.err()).isZero();
    Map<String, JsonNode> answers = new HashMap<>();
    for (String line : run.out().lines().toList()) {
      JsonNode answer = JSON.readTree(line);
      answers.put(answer.get("id").asText(), answer);
    }
    long lines = Files.readAllLines(Path.of(MODEL, "cases.jsonl")).size();
    assertThat((long) answers.size()).isEqualTo(lines).isPositive();
    for (Map.Entry<String, JsonNode> answer : answers.entrySet()) {
      assertThat(answer.getValue().get("token_ids"))
          .as(answer.getKey())
          .isEqualTo(expected(answer.getKey()).get("generated_ids"));
    }
  }

  @Test
  void aBadLineFailsAloneAndTheOthersAreAnswered() throws IOException {
    String picture = FIXTURES.resolve("pictures/wide.png").toAbsolutePath().toString();
    List<String> lines = new ArrayList<>();
    lines.add("\uFEFF{\"id\": \"a\", \"image\": %s, \"question\": \"One?\"}");
    lines.add("{\"id\": \"b\", \"image\": \"nowhere.png\", \"question\": \"Two?\"}");
    lines.add("not json");
    lines.add("{\"id\": \"c\", \"image\": %s, \"question\": 3}");
    lines.add("{\"id\": \"d\", \"image\": %s, \"question\": \"Four?\"}");
    lines.add("{\"id\": \"e\", \"image\": \"a\\u0000b.png\", \"question\": \"Five?\"}");
    lines.replaceAll(line -> line.replace("%s", JSON.valueToTree(picture).toString()));
    Path batch = Files.write(directory.resolve("batch.jsonl"), lines);
    CommandLineRun run =
        CommandLineRun.of(
            "ask",
            "--model",
            MODEL,
            "--no-scene-graph",
            "--batch",
            batch.toString(),
            "--max-new-tokens",
            "2");
    assertThat(run.exitCode()).isEqualTo(2);
    List<JsonNode> out = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      out.add(JSON.readTree(line));
    }
    assertThat(out).hasSize(6);
    assertThat(out.stream().map(line -> line.has("error")).toList())
        .containsExactly(false, true, true, true, false, true);
    assertThat(out.stream().map(line -> line.get("id").asText()).toList())
        .containsExactly("a", "b", "3", "c", "d", "e");
  }

  /** As of {@code ask --batch … | head -1}: the first answer that is lost is the last one made. */
  @Test
  void aBatchWhoseReaderHasGoneEnds() throws IOException {
    CommandLineRun run =
        CommandLineRun.intoNowhere(
            "ask", "--model", MODEL, "--batch", MODEL + "/cases.jsonl", "--max-new-tokens", "1");
    run.assertRefused(3, "cannot write the answer");
    CommandLineRun.intoNowhere(
            "ask", "--model", MODEL, "--image", IMAGE, "--no-scene-graph", "What?")
        .assertRefused(3, "cannot write the answer");
  }

  @Test
  void aBatchHasItsEntitiesInItsLines() {
    CommandLineRun.of(
            "ask", "--model", MODEL, "--batch", MODEL + "/cases.jsonl", "--entities", ENTITIES)
        .assertRefused(2, "--entities", "perceive --batch", "results.jsonl");
  }

  @Test
  void aLineEndsOnceWhateverFollows() {
    StringWriter out = new StringWriter();
    try (AnswerLine line = new AnswerLine(new PrintWriter(out))) {
      line.print("yel");
      line.print("low");
      line.end();
      line.end();
      line.print("gre");
    }
    assertThat(out.toString().lines()).containsExactly("yellow", "", "gre");
    assertThat(out.toString()).endsWith(System.lineSeparator());
  }

  @Test
  void everyVerbHasHelpWithAnExample() {
    for (String verb : List.of("ask", "chat", "graph", "perceive", "convert", "info")) {
      CommandLineRun run = CommandLineRun.of(verb, "--help");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).as(verb).containsPattern("Examples?:\\s+llava-sg " + verb);
    }
  }
}

package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.FIXTURES;
import static io.llavasg.app.CommandLineRun.IMAGE;
import static io.llavasg.app.CommandLineRun.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.StoredTensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvertCommandTest {
  @TempDir private Path directory;

  static Stream<List<String>> sources() {
    String clip = FIXTURES.resolve("tiny-clip").toString();
    return Stream.of(
        List.of("--from", FIXTURES.resolve("tiny-llava-hf-f16").toString()),
        List.of("--from", FIXTURES.resolve("tiny-llava-hf-bf16").toString()),
        List.of("--from", FIXTURES.resolve("tiny-llava-original").toString()),
        List.of(
            "--from", FIXTURES.resolve("tiny-llava-original-tower").toString(), "--vision", clip),
        List.of(
            "--llm",
            FIXTURES.resolve("tiny-vicuna").toString(),
            "--vision",
            clip,
            "--projector",
            FIXTURES.resolve("mm_projector.bin").toString()));
  }

  private CommandLineRun convert(Path out, List<String> source) {
    List<String> args = new ArrayList<>(List.of("convert", "--format", "json"));
    args.addAll(source);
    args.addAll(
        List.of(
            "--graph-hidden",
            "16",
            "--graph-heads",
            "2",
            "--graph-intermediate",
            "32",
            "--out",
            out.toString()));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  private static JsonNode ask(Path model, String... more) {
    List<String> args = new ArrayList<>(List.of("ask", "--format", "json", "--dtype", "f32"));
    args.addAll(List.of("--max-new-tokens", "6", "--image", IMAGE, "--model", model.toString()));
    args.addAll(List.of(more));
    args.add("What is in the picture?");
    return CommandLineRun.of(args.toArray(String[]::new)).json();
  }

  /** Without its scene graph, what comes out answers as what went in. */
  @ParameterizedTest
  @MethodSource("sources")
  void anyLayoutBecomesALlavaSg(List<String> source) {
    Path out = directory.resolve("llava-sg");
    convert(out, source).json();
    JsonNode converted = ask(out, "--no-scene-graph");
    JsonNode original = ask(FIXTURES.resolve("tiny-llava-hf-f16"));
    assertThat(converted.get("token_ids")).isEqualTo(original.get("token_ids"));
    JsonNode graph = ask(out, "--entities", CommandLineRun.ENTITIES);
    assertThat(graph.get("scene_graph").get("entities")).hasSize(2);
  }

  @Test
  void convertingAgainChangesNothing() throws IOException {
    Path once = directory.resolve("once");
    Path twice = directory.resolve("twice");
    convert(once, List.of("--from", FIXTURES.resolve("tiny-llava-hf-f16").toString())).json();
    CommandLineRun.of(
            "convert", "--format", "json", "--from", once.toString(), "--out", twice.toString())
        .json();
    try (Checkpoint first = Checkpoint.open(once);
        Checkpoint second = Checkpoint.open(twice)) {
      assertThat(second.tensors().keySet()).isEqualTo(first.tensors().keySet());
      for (Map.Entry<String, StoredTensor> entry : first.tensors().entrySet()) {
        StoredTensor other = second.tensor(entry.getKey());
        assertThat(other.info()).isEqualTo(entry.getValue().info());
        assertThat(other.data().mismatch(entry.getValue().data())).as(entry.getKey()).isEqualTo(-1);
      }
    }
    for (String name : List.of("config.json", "tokenizer.json", "processor_config.json")) {
      assertThat(twice.resolve(name)).hasSameTextualContentAs(once.resolve(name));
    }
  }

  @Test
  void refusesWhatWouldLoseSomething() throws IOException {
    Path out = Files.createDirectory(directory.resolve("full"));
    Files.writeString(out.resolve("precious"), "kept");
    CommandLineRun.of("convert", "--from", MODEL, "--out", out.toString()).assertRefused(2, "full");
    assertThat(out.resolve("precious")).hasContent("kept");
    Path other = directory.resolve("other");
    CommandLineRun.of("convert", "--from", out.toString(), "--out", other.toString())
        .assertRefused(2, "no checkpoint");
    CommandLineRun.of(
            "convert",
            "--llm",
            FIXTURES.resolve("tiny-vicuna").toString(),
            "--vision",
            directory.resolve("nowhere").toString(),
            "--out",
            other.toString())
        .assertRefused(2, "nowhere");
    assertThat(other).doesNotExist();
  }

  /** 13B in bf16: counted exactly from the header of a sparse file, and refused before loading. */
  @Test
  void aModelLargerThanTheMachine() throws IOException {
    Path model = Files.createDirectory(directory.resolve("huge"));
    for (String name :
        List.of("tokenizer.json", "processor_config.json", "tokenizer_config.json")) {
      Files.copy(Path.of(MODEL, name), model.resolve(name));
    }
    // Four hundred times the layers of 13B: more than any machine's memory.
    int layers = 16_000;
    long parameters = writeSparse(model, layers);
    JsonNode info = CommandLineRun.of("info", model.toString(), "--format", "json").json();
    assertThat(info.toString()).contains(Long.toString(parameters));
    CommandLineRun.of("ask", "--model", model.toString(), "--image", IMAGE, "What?")
        .assertRefused(3, "memory");
    // Nothing is perceived for a model that cannot be loaded.
    CommandLineRun.of(
            "ask", "--model", model.toString(), "--perception", ".", "--image", IMAGE, "What?")
        .assertRefused(3, "memory");
  }

  /** A language model of 13B's width as a file without content; returns its parameters. */
  private static long writeSparse(Path model, int layers) throws IOException {
    Files.writeString(
        model.resolve("config.json"),
        """
        {"model_type": "llava", "image_token_index": 600, "text_config": {"model_type": "llama",
         "hidden_size": 5120, "intermediate_size": 13824, "num_hidden_layers": %d,
         "num_attention_heads": 40, "vocab_size": 32064}, "vision_config": {"model_type":
         "clip_vision_model", "image_size": 70, "patch_size": 14, "hidden_size": 24}}
        """
            .formatted(layers));
    StringBuilder header = new StringBuilder("{");
    long offset = 0;
    long parameters = 0;
    for (int i = 0; i < layers; i++) {
      for (String name : List.of("gate_proj", "up_proj")) {
        long end = offset + 2L * 13824 * 5120;
        header
            .append(i == 0 && offset == 0 ? "" : ",")
            .append(
                "\"language_model.model.layers.%d.mlp.%s.weight\":{\"dtype\":\"BF16\",\"shape\":[13824,5120],\"data_offsets\":[%d,%d]}"
                    .formatted(i, name, offset, end));
        offset = end;
        parameters += 13824L * 5120;
      }
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file =
        new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
      file.write(json);
      file.setLength(8 + json.length + offset);
    }
    return parameters;
  }
}

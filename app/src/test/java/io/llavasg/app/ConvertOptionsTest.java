package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of convert, and what it and info print. */
class ConvertOptionsTest {
  private static final Path MODELS = Path.of("../core/src/test/resources/model");
  private static final String LLAVA = MODELS.resolve("tiny-llava-hf-f16").toString();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private String to(String name) {
    return directory.resolve(name).toString();
  }

  private List<String> small(String... args) {
    List<String> all = new ArrayList<>(List.of("convert"));
    all.addAll(List.of(args));
    all.addAll(List.of("--graph-hidden=32", "--graph-heads=4", "--graph-intermediate=48"));
    return all;
  }

  private JsonNode json() throws IOException {
    assertThat(out.toString().lines()).hasSize(1);
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void convertsAndDescribes() throws IOException {
    List<String> command = small("--from", LLAVA, "--out", to("sg"));
    command.addAll(
        List.of("--message-passing-layers=0", "--prompt-layers=2", "--max-nodes=7", "--dtype=f32"));
    assertThat(run(command.toArray(String[]::new))).isZero();
    assertThat(out.toString()).contains("LLaVA-SG", "stored as f32", "parameters are new");
    assertThat(err.toString()).isEmpty();
    JsonNode config = new ObjectMapper().readTree(directory.resolve("sg/config.json").toFile());
    JsonNode graph = config.path("scene_graph_config");
    assertThat(graph.path("hidden_size").asInt()).isEqualTo(32);
    assertThat(graph.path("num_attention_heads").asInt()).isEqualTo(4);
    assertThat(graph.path("intermediate_size").asInt()).isEqualTo(48);
    assertThat(graph.path("message_passing").asBoolean()).isFalse();
    assertThat(graph.path("num_prompt_layers").asInt()).isEqualTo(2);
    assertThat(graph.path("max_nodes").asInt()).isEqualTo(7);
    assertThat(run("info", to("sg"))).isZero();
    assertThat(out.toString().lines())
        .contains("part            parameters", "total              128,344");
  }

  @Test
  void jsonIsOneObject() throws IOException {
    List<String> command =
        small(
            "--llm",
            MODELS.resolve("tiny-vicuna").toString(),
            "--vision",
            MODELS.resolve("tiny-clip").toString(),
            "--out",
            to("sg"),
            "--format",
            "json");
    assertThat(run(command.toArray(String[]::new))).isZero();
    JsonNode converted = json();
    assertThat(converted.path("new_projector").asBoolean()).isTrue();
    assertThat(run("info", to("sg"), "--format=json")).isZero();
    JsonNode info = json();
    assertThat(info.path("layout").asText()).isEqualTo("LLaVA-SG");
    assertThat(info.path("parameters")).isEqualTo(converted.path("parameters"));
    long fresh =
        info.path("scene_graph").path("parameters").asLong()
            + info.path("parameters").path("vision_projector").asLong();
    assertThat(converted.path("new_parameters").asLong()).isEqualTo(fresh);
    assertThat(info.path("weight_bytes").path("f32").asLong())
        .isEqualTo(4 * info.path("parameters").path("total").asLong());
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void oneSeedGivesOneModel() throws IOException {
    for (String seed : new String[] {"7", "07", "8"}) {
      List<String> command = small("--from", LLAVA, "--out", to("seed" + seed), "--seed", seed);
      assertThat(run(command.toArray(String[]::new))).isZero();
    }
    Path weights = Path.of("model.safetensors");
    assertThat(directory.resolve("seed7").resolve(weights))
        .hasSameBinaryContentAs(directory.resolve("seed07").resolve(weights));
    assertThat(
            Files.mismatch(
                directory.resolve("seed7").resolve(weights),
                directory.resolve("seed8").resolve(weights)))
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"convert", "info"})
  void helpHasAnExample(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Example", "llava-sg " + command + " ");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "convert --out OUT",
        "convert --llm X --out OUT",
        "convert --from LLAVA --llm X --out OUT",
        "convert --from LLAVA",
        "convert --from LLAVA --out LLAVA",
        "convert --from LLAVA --out OUT --dtype i8",
        "convert --from LLAVA --out OUT --graph-heads 3",
        "convert --from LLAVA --out OUT --graph-hidden 0",
        "convert --from LLAVA --out OUT --prompt-layers -1",
        "convert --from LLAVA --out OUT --seed much",
        "convert --from nowhere --out OUT",
        "info",
        "info nowhere",
        "info OUT --format xml"
      })
  void badUseIsOneLineAndExitCode2(String line) {
    String[] args = line.replace("LLAVA", LLAVA).replace("OUT", to("out")).split(" ", -1);
    assertThat(run(args)).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().startsWith("llava-sg: ");
    assertThat(out.toString()).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }
}

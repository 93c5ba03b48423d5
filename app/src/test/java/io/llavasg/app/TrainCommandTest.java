package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.train.recipe.RecipeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  private static final Path DATA = Path.of("../core/src/test/resources/train/data");
  private static final Path PICTURES = CommandLineRun.FIXTURES.resolve("pictures");

  @TempDir private Path folder;

  private Path recipe = Path.of("");

  @BeforeEach
  void writeRecipe() throws IOException {
    recipe = recipe(DATA.resolve("instructions.json"));
  }

  private Path recipe(Path data) throws IOException {
    return Files.writeString(
        folder.resolve("recipe.yaml"),
        """
        description: a tiny one
        model: %s
        out: %s
        data: [{file: %s, images: %s}]
        trainable: [scene_graph, scene_graph_projector, marker_rows]  # the test's
        learning_rate: 1.0e-3
        batch: 8
        micro_batch: 4
        steps: 3
        dtype: f32
        device: cpu
        """
            .formatted(CommandLineRun.MODEL, folder.resolve("out"), data, PICTURES));
  }

  private CommandLineRun train(String... more) {
    List<String> all = new ArrayList<>(List.of("train", "--config", recipe.toString()));
    all.addAll(List.of(more));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  @Test
  void dryRunTellsWhatTrainingWouldMeet() {
    CommandLineRun run = train("--dry-run");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("samples +28\n")
        .containsPattern("looked at +100.0 %\n")
        .containsPattern("text only +4\n")
        .containsPattern("broken +0\n")
        .contains("positions, before truncation")
        .contains("AdamW's two moments")
        .contains("# the test's")
        .contains("# default: LLaVA-1.5")
        .endsWith("Ready to train.\n");
    assertThat(folder.resolve("out")).doesNotExist();
    JsonNode json = train("--dry-run", "--format", "json").json();
    assertThat(json.path("samples").asInt()).isEqualTo(28);
    assertThat(json.path("broken").asInt()).isZero();
    assertThat(json.path("steps").asInt()).isEqualTo(3);
    assertThat(json.path("memory_bytes").asLong()).isPositive();
    assertThat(json.path("fits").asBoolean()).isTrue();
  }

  @Test
  void dryRunNamesBrokenSamples() throws IOException {
    String text = Files.readString(DATA.resolve("instructions.json"));
    Path data =
        Files.writeString(
            folder.resolve("broken.json"),
            text.replaceFirst("\"image\":\"odd.jpg\"", "\"image\":\"gone.jpg\""));
    recipe = recipe(data);
    CommandLineRun run = train("--dry-run");
    assertThat(run.exitCode()).isEqualTo(Failure.BAD_USE);
    assertThat(run.out())
        .contains("broken: sample 'odd-instruction-0' (number 1 of '")
        .contains("gone.jpg")
        .endsWith("1 of 28 samples are broken.\n");
  }

  @Test
  void tooLittleMemoryIsToldAndRefused() {
    CommandLineRun run = train("--dry-run", "--memory", "0.5");
    assertThat(run.exitCode()).isEqualTo(Failure.NO_RESOURCES);
    assertThat(run.out()).contains("memory is too small");
    train("--memory", "0.5")
        .assertRefused(Failure.NO_RESOURCES, "there are 0.5 GB", "--ignore-memory");
  }

  @Test
  void trainsAndGoesOn() {
    JsonNode json = train("--format", "json").json();
    assertThat(json.path("steps").asInt()).isEqualTo(3);
    Path model = Path.of(json.path("model").asText());
    assertThat(model).isEqualTo(folder.resolve("out/model"));
    assertThat(CommandLineRun.of("info", model.toString()).exitCode()).isZero();
    assertThat(folder.resolve("out/loss.png")).isNotEmptyFile();
    train().assertRefused(Failure.BAD_USE, "holds a run already", "--resume");
    train("--resume").assertRefused(Failure.BAD_USE, "is finished");
    CommandLineRun other =
        train("--out", folder.resolve("other").toString(), "--ignore-memory", "--memory", "0.1");
    assertThat(other.exitCode()).as(other.err()).isZero();
    assertThat(other.err())
        .contains("scene_graph_projector")
        .contains("3 steps of 8 samples; 0 are done")
        .contains("step 3 of 3  loss ")
        .contains("tokens/s");
    assertThat(other.out()).startsWith("The model is in ");
  }

  @Test
  void badUseIsOneLine() throws IOException {
    CommandLineRun.of("train").assertRefused(Failure.BAD_USE, "--config");
    CommandLineRun.of("train", "--list", "--config", "x")
        .assertRefused(Failure.BAD_USE, "mutually exclusive");
    train("--resume", "--dry-run").assertRefused(Failure.BAD_USE, "mutually exclusive");
    train("--set", "batch").assertRefused(Failure.BAD_USE, "KEY=VALUE");
    train("--set", "batc=3").assertRefused(Failure.BAD_USE, "did you mean 'batch'");
    train("--set", "micro_batch=3")
        .assertRefused(Failure.BAD_USE, "batch 8 is no multiple of micro_batch 3");
    CommandLineRun.of("train", "--config", "nowhere.yaml")
        .assertRefused(Failure.BAD_USE, "there is no recipe 'nowhere.yaml'");
    String text = Files.readString(DATA.resolve("instructions.json"));
    recipe =
        recipe(
            Files.writeString(folder.resolve("short.json"), text.substring(0, text.length() / 2)));
    train().assertRefused(Failure.BAD_USE, "short.json", "cut short");
  }

  @Test
  void recipesAreListed() {
    StringWriter out = new StringWriter();
    new RecipeList(Path.of("../configs")).print(new PrintWriter(out), new OutputFormat());
    assertThat(out.toString().replace('\\', '/'))
        .contains("configs/stage1.yaml")
        .contains("only W_v, on 558K image-caption pairs");
    assertThat(out.toString().lines()).hasSameSizeAs(RecipeFile.list(Path.of("../configs")));
    CommandLineRun elsewhere = CommandLineRun.of("train", "--list");
    assertThat(elsewhere.exitCode()).as(elsewhere.err()).isZero();
    assertThat(elsewhere.out().replace('\\', '/'))
        .as("the checkout's, wherever the program is used")
        .contains("configs/stage1.yaml");
    assertThat(elsewhere.out().lines()).hasSameSizeAs(out.toString().lines().toList());
  }
}

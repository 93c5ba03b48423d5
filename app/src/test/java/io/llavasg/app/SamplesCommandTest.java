package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training data out of benchmarks. */
class SamplesCommandTest {
  private static final Path DATA = Path.of("../core/src/test/resources/eval");

  @TempDir private Path folder;

  private CommandLineRun samples(String task, String split, Path out) {
    return CommandLineRun.of(
        "samples",
        "--task",
        task,
        "--data",
        DATA.resolve(task).toString(),
        "--split",
        split,
        "--out",
        out.toString());
  }

  /** All of them have their masks, and the trainer finds nothing to object to. */
  @Test
  void trainingTakesWhatIsWritten() throws IOException {
    Path out = folder.resolve("data");
    CommandLineRun run = samples("nlvr", "dev", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("12 samples are in ");
    JsonNode first = new ObjectMapper().readTree(out.resolve("samples.json").toFile()).get(0);
    assertThat(first.path("id").asText()).isEqualTo("70-0-0");
    assertThat(first.path("conversations").get(0).path("value").asText())
        .startsWith("<image>\n")
        .contains("\nIs this statement about the picture true or false?\n");
    assertThat(first.path("conversations").get(1).path("value").asText()).isIn("true", "false");
    Path image = Path.of(first.path("image").asText());
    assertThat(out.resolve("images").resolve(image))
        .hasSameBinaryContentAs(DATA.resolve("nlvr/dev/images").resolve(image));
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            model: %1$s
            out: %2$s/run
            data:
              - file: %2$s/data/samples.json
                images: %2$s/data/images
                entities: %2$s/data/entities
            trainable: [scene_graph]
            learning_rate: 1e-3
            batch: 4
            dtype: f32
            device: cpu
            """
                .formatted(CommandLineRun.MODEL, folder));
    CommandLineRun dry = CommandLineRun.of("train", "--config", recipe.toString(), "--dry-run");
    assertThat(dry.exitCode()).as(dry.out() + dry.err()).isZero();
    assertThat(dry.out()).containsPattern("samples +12\n").containsPattern("broken +0\n");
  }

  /** Each question is a sample; an image that several ask about is there once. */
  @Test
  void imagesAreWrittenOnce() throws IOException {
    Path out = folder.resolve("data");
    CommandLineRun run = samples("pope", "test", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode all = new ObjectMapper().readTree(out.resolve("samples.json").toFile());
    assertThat(all.size()).isPositive();
    for (JsonNode one : all) {
      assertThat(out.resolve("images").resolve(one.path("image").asText())).isNotEmptyFile();
      assertThat(one.path("conversations").get(1).path("value").asText()).isNotEmpty();
    }
    List<String> images = all.valueStream().map(one -> one.path("image").asText()).toList();
    assertThat(Set.copyOf(images)).hasSizeLessThan(images.size());
    assertThat(out.resolve("images").toFile().list()).hasSize(Set.copyOf(images).size());
    assertThat(out.resolve("entities")).doesNotExist(); // this data set brings none
  }

  /** Whatever the order that annotators answered in. */
  @Test
  void theAnswerIsTheMostFrequentOne() throws IOException {
    Path data = folder.resolve("vqav2");
    Path images = Files.createDirectories(data.resolve("val2014"));
    Path source = DATA.resolve("vqav2");
    String questions = "v2_OpenEnded_mscoco_val2014_questions.json";
    Files.copy(source.resolve(questions), data.resolve(questions));
    try (var pictures = Files.newDirectoryStream(source.resolve("val2014"))) {
      for (Path picture : pictures) {
        Files.copy(picture, images.resolve(picture.getFileName()));
      }
    }
    String annotations = "v2_mscoco_val2014_annotations.json";
    ObjectMapper json = new ObjectMapper();
    JsonNode all = json.readTree(source.resolve(annotations).toFile());
    for (JsonNode one : all.path("annotations")) {
      ArrayNode answers = (ArrayNode) one.path("answers");
      answers.insert(0, answers.remove(answers.size() - 1));
    }
    json.writeValue(data.resolve(annotations).toFile(), all);
    assertThat(all.path("annotations").get(0).path("answers").get(0).path("answer").asText())
        .isEqualTo("a cube");
    Path out = folder.resolve("data");
    CommandLineRun run =
        CommandLineRun.of(
            "samples", "--task", "vqav2", "--data", data.toString(), "--out", out.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode first = json.readTree(out.resolve("samples.json").toFile()).get(0);
    assertThat(first.path("conversations").get(1).path("value").asText()).isEqualTo("ball");
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    Path out = folder.resolve("data");
    samples("vqav2", "test", out).assertRefused(2, "has no public answer to learn from");
    assertThat(folder).isEmptyDirectory();
    Files.writeString(Files.createDirectories(out).resolve("mine"), "mine");
    samples("nlvr", "dev", out).assertRefused(2, "exists and is not empty");
  }
}

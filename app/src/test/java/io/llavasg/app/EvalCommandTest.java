package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.eval.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations from files to figures, with the tiny LLaVA-SG. */
class EvalCommandTest {
  private static final Path DATA = Path.of("../core/src/test/resources/eval");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static CommandLineRun eval(String task, String data, Path out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("eval", "--task", task));
    arguments.addAll(List.of("--data", DATA.resolve(data).toString(), "--model", MODEL));
    arguments.addAll(List.of("--out", out.toString()));
    arguments.addAll(Arrays.asList(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static JsonNode json(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  @Test
  void aRunIsWrittenDownWhole() throws IOException {
    Path out = folder.resolve("run");
    CommandLineRun run = eval("nlvr", "nlvr", out, "--limit", "6", "--batch-sample", "2");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("accuracy").contains("consistency");
    assertThat(run.err()).contains("0 of 2 sampled questions have another answer");
    assertThat(lines(out.resolve("answers.jsonl"))).hasSize(6);
    JsonNode summary = json(out.resolve("summary.json"));
    assertThat(summary.get("items").asInt()).isEqualTo(6);
    assertThat(summary.get("answered").asInt()).isEqualTo(6);
    assertThat(summary.get("problems").asInt()).isZero();
    JsonNode configuration = summary.get("configuration");
    assertThat(configuration.get("weights_sha256").asText()).matches("[0-9a-f]{64}");
    for (String key :
        List.of(
            "version",
            "libtorch",
            "java",
            "device",
            "dtype",
            "batch_size",
            "scene_graph",
            "seconds")) {
      assertThat(configuration.has(key)).as(key).isTrue();
    }
    JsonNode accuracy = summary.get("figures").get(0);
    assertThat(accuracy.get("metric").asText()).isEqualTo("accuracy");
    assertThat(accuracy.get("items").asInt()).isEqualTo(6);
    assertThat(accuracy.has("low")).isTrue();
  }

  /** In float32 an answer is the same whatever the batch, the shard, or the interruption. */
  @Test
  void interruptedRunsAndShardsGiveTheAnswersOfOneRun() throws IOException {
    Path whole = folder.resolve("whole");
    assertThat(eval("nlvr", "nlvr", whole).exitCode()).isZero();
    List<String> expected = lines(whole.resolve("answers.jsonl"));
    assertThat(expected).hasSize(12);

    Path cut = folder.resolve("cut");
    assertThat(eval("nlvr", "nlvr", cut, "--limit", "7", "--batch-size", "3").exitCode()).isZero();
    Path file = cut.resolve("answers.jsonl");
    String answers = Files.readString(file);
    Files.writeString(file, answers.substring(0, answers.length() - 9)); // as a kill -9 leaves it
    CommandLineRun resumed = eval("nlvr", "nlvr", cut, "--batch-size", "5");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("6 answers are there already");
    assertThat(lines(file)).isEqualTo(expected);

    Path parts = folder.resolve("parts");
    assertThat(eval("nlvr", "nlvr", parts, "--shard", "0/2").err())
        .contains("6 of 12 items have no answer");
    assertThat(eval("nlvr", "nlvr", parts, "--shard", "1/2").exitCode()).isZero();
    List<String> merged = new ArrayList<>(lines(parts.resolve("answers-0-of-2.jsonl")));
    merged.addAll(lines(parts.resolve("answers-1-of-2.jsonl")));
    assertThat(merged).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(json(parts.resolve("summary.json")).get("figures"))
        .isEqualTo(json(whole.resolve("summary.json")).get("figures"));
    String finished = Files.readString(whole.resolve("answers.jsonl"));
    JsonNode seconds = json(whole.resolve("summary.json")).at("/configuration/seconds");
    assertThat(seconds.isNumber()).isTrue();
    assertThat(eval("nlvr", "nlvr", whole).exitCode()).isZero(); // nothing is left to be asked
    assertThat(json(whole.resolve("summary.json")).at("/configuration/seconds")).isEqualTo(seconds);
    assertThat(whole.resolve("answers.jsonl")).hasContent(finished);
  }

  @Test
  void aRunNeedsNoFolderToBeNamed() {
    Task gqa = Task.named("gqa");
    assertThat(EvalCommand.usual(Path.of("models/llava-sg-7b/"), gqa))
        .isEqualTo(Path.of("runs/eval/llava-sg-7b-gqa"));
    assertThat(EvalCommand.usual(Path.of("runs/stage3/model"), gqa))
        .isEqualTo(Path.of("runs/eval/stage3-gqa"));
    String nowhere = folder.resolve("nowhere").toString();
    CommandLineRun.of("eval", "--task", "gqa", "--data", nowhere)
        .assertRefused(Failure.BAD_USE, "nowhere");
  }

  @Test
  void aFolderTakesAnswersOfOneConfigurationOnly() {
    Path out = folder.resolve("run");
    assertThat(eval("gqa", "gqa", out, "--no-scene-graph", "--limit", "1").exitCode()).isZero();
    CommandLineRun.of(
            "eval",
            "--task",
            "gqa",
            "--data",
            DATA.resolve("gqa").toString(),
            "--out",
            out.toString(),
            "--model",
            MODEL,
            "--no-scene-graph",
            "--dtype",
            "bf16")
        .assertRefused(2, "holds answers of another run: its dtype is");
  }

  /** bfloat16 rounds differently in a batch: it is told how many answers that changes. */
  @Test
  void theEffectOfABatchIsMeasuredInHalfPrecision() throws IOException {
    Path out = folder.resolve("run");
    CommandLineRun run =
        eval("gqa", "gqa-hub", out, "--no-scene-graph", "--dtype", "bf16", "--batch-size", "4");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).containsPattern("asked alone, \\d of 4 sampled questions");
    assertThat(json(out.resolve("summary.json")).get("configuration").get("batch_sampled").asInt())
        .isEqualTo(4);
  }

  @Test
  void anImageThatDoesNotDecodeFailsAlone() throws IOException {
    Path data = folder.resolve("data");
    Files.createDirectories(data.resolve("val2014"));
    Files.copy(DATA.resolve("pope/coco_pope_random.json"), data.resolve("coco_pope_random.json"));
    try (Stream<Path> images = Files.list(DATA.resolve("pope/val2014"))) {
      for (Path image : images.toList()) {
        Files.copy(image, data.resolve("val2014/" + image.getFileName()));
      }
    }
    Path broken = data.resolve("val2014/COCO_val2014_000000000051.jpg");
    Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 300));
    CommandLineRun run =
        CommandLineRun.of(
            "eval",
            "--task",
            "pope",
            "--data",
            data.toString(),
            "--model",
            MODEL,
            "--no-scene-graph",
            "--out",
            folder.resolve("run").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("item random/2: the image 'COCO_val2014_000000000051.jpg' is truncated")
        .contains("1 of 3 items have no answer");
    assertThat(lines(folder.resolve("run/answers.jsonl"))).hasSize(2);
    assertThat(json(folder.resolve("run/summary.json")).get("problems").asInt()).isEqualTo(1);
  }

  @Test
  void entitiesComeFromAFolderOrTheDataOrNowhere() throws IOException {
    eval("rel", "rel", folder.resolve("a")).assertRefused(2, "a scene graph needs entities");
    Path entities = Files.createDirectories(folder.resolve("entities"));
    CommandLineRun none =
        eval("rel", "rel", folder.resolve("b"), "--entities", entities.toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("has no entities of the image '1.png'");
    for (int i = 0; i < 3; i++) {
      Files.writeString(entities.resolve(i + ".json"), "{\"entities\": []}");
    }
    assertThat(
            eval("rel", "rel", folder.resolve("c"), "--entities", entities.toString()).exitCode())
        .isZero();
    Path page = folder.resolve("wrong.html");
    Path plain = folder.resolve("d");
    CommandLineRun baseline =
        eval("rel", "rel", plain, "--no-scene-graph", "--failures", page.toString());
    assertThat(baseline.exitCode()).as(baseline.err()).isZero();
    assertThat(Files.readString(page))
        .contains("3 of 3 answers are wrong")
        .contains("data:image/jpeg;base64,")
        .contains("left of");
    CommandLineRun compared =
        CommandLineRun.of("compare", folder.resolve("c").toString(), plain.toString());
    assertThat(compared.exitCode()).as(compared.err()).isZero();
    assertThat(compared.out()).contains("A - B").contains("visual_genome");
  }

  @Test
  void aTestSplitGivesASubmission() throws IOException {
    Path out = folder.resolve("run");
    Path stale = Files.createDirectories(out).resolve("scores.jsonl");
    Files.createFile(stale);
    CommandLineRun part =
        eval("vqav2", "vqav2", out, "--split", "test", "--no-scene-graph", "--limit", "2");
    assertThat(part.err()).contains("when all 3 items of the split are answered; 2 are");
    assertThat(out.resolve("vqav2-submission.json")).doesNotExist();
    assertThat(stale).doesNotExist();
    CommandLineRun run = eval("vqav2", "vqav2", out, "--split", "test", "--no-scene-graph");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("3 answers, nothing to score them with");
    JsonNode submission = json(out.resolve("vqav2-submission.json"));
    assertThat(submission).hasSize(3);
    assertThat(submission.get(0).get("question_id").asLong()).isEqualTo(40000);
    assertThat(submission.get(0).get("answer").isTextual()).isTrue();
  }

  @Test
  void theListNamesEveryTask() {
    CommandLineRun run = CommandLineRun.of("eval", "--list");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("coco2017_cap_val", "annotations/captions_val2017.json", "nlvr");
    assertThat(CommandLineRun.of("eval", "--list", "--format", "json").json().get("tasks"))
        .hasSize(9);
  }

  @Test
  void badUseIsRefused() {
    Path out = folder.resolve("run");
    eval("vqa", "gqa", out).assertRefused(2, "there is no task 'vqa'");
    eval("gqa", "nlvr", out).assertRefused(2, "testdev_balanced_questions.json");
    eval("gqa", "gqa", out, "--batch-size", "0").assertRefused(2, "--batch-size is 0");
    eval("gqa", "gqa", out, "--batch-sample", "-1").assertRefused(2, "--batch-sample is -1");
    // Before the data are read, which may take a while.
    eval("gqa", "nlvr", out, "--limit", "0").assertRefused(2, "--limit is 0");
    eval("gqa", "nlvr", out, "--shard", "9/8").assertRefused(2, "--shard is 9/8");
    eval("gqa", "gqa", out, "--no-scene-graph", "--shard", "x").assertRefused(2, "--shard");
    eval("gqa", "gqa", out, "--judge", "http://127.0.0.1:1/", "--no-scene-graph")
        .assertRefused(2, "--judge needs --judge-model");
  }
}

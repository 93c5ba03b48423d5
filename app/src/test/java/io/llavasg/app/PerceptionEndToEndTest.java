package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.FIXTURES;
import static io.llavasg.app.CommandLineRun.IMAGE;
import static io.llavasg.app.CommandLineRun.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a photo to entities and answers with tiny checkpoints of all three networks. */
class PerceptionEndToEndTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SHIPPED = Path.of("../core/src/test/resources/perception");

  /** Tags, directories and files side by side, none named for what it is. */
  @TempDir private static Path perception;

  @TempDir private Path directory;

  @BeforeAll
  static void arrange() throws IOException {
    copy(SHIPPED.resolve("ram/own-tags"), perception.resolve("first"));
    copy(SHIPPED.resolve("groundingdino/tiny-a"), perception.resolve("second"));
    Files.copy(SHIPPED.resolve("sam/narrow/official.pth"), perception.resolve("third.pth"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(file -> !file.toString().contains("expected")).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static CommandLineRun run(String verb, Object... options) {
    List<String> args = new ArrayList<>(List.of(verb));
    for (Object option : options) {
      args.add(option.toString());
    }
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  private static JsonNode perceive(Object... options) {
    List<Object> all = new ArrayList<>(List.of("--perception", perception, "--format", "json"));
    all.addAll(List.of(options));
    return run("perceive", all.toArray()).json();
  }

  @Test
  void aPhotoBecomesEntities() throws IOException {
    JsonNode json = perceive("--image", IMAGE, "--box-threshold", "0.05");
    assertThat(json.get("image").asText()).isEqualTo("wide.png");
    assertThat(json.get("tags")).isNotEmpty();
    BufferedImage photo = ImageIO.read(Path.of(IMAGE).toFile());
    Path file = Files.writeString(directory.resolve("seen.json"), json.toString());
    Entities entities = EntitiesFile.read(file, photo.getWidth(), photo.getHeight());
    assertThat(entities.size()).isBetween(1, 32);
    List<Double> scores = entities.list().stream().map(entity -> -entity.score()).toList();
    assertThat(scores).isSorted();
    assertThat(json.findValuesAsText("tag"))
        .containsAll(new HashSet<>(json.findValuesAsText("label")));
    for (int i = 0; i < entities.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(entities.list().get(i).mask().iou(entities.list().get(j).mask()))
            .isLessThanOrEqualTo(.8);
      }
    }
    JsonNode two =
        perceive(
            "--image",
            IMAGE,
            "--box-threshold",
            "0.05",
            "--max-entities",
            "2",
            "--stage-memory",
            "release");
    assertThat(two.get("entities")).hasSize(Math.min(2, entities.size()));
    assertThat(two.at("/entities/0")).isEqualTo(json.at("/entities/0"));
  }

  @Test
  void picturesAndTables() throws IOException {
    Path file = directory.resolve("seen.png");
    CommandLineRun drawn =
        run("perceive", "--perception", perception, "--image", IMAGE, "--tags", "a", "-o", file);
    assertThat(drawn.exitCode()).as(drawn.err()).isZero();
    assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(100);
    CommandLineRun text =
        run("perceive", "--perception", perception, "--image", IMAGE, "--tags", "a,b c");
    assertThat(text.out()).startsWith("tags: a, b c").contains("pixels");
  }

  @Test
  void emptyTagsFindNothing() {
    JsonNode json = perceive("--image", IMAGE, "--tags", " ,");
    assertThat(json.get("tags")).isEmpty();
    assertThat(json.get("entities")).isEmpty();
  }

  /** 260 tags are over 500 tokens: none of them may be lost. */
  @Test
  void moreTagsThanFitIntoOneCaption() throws IOException {
    List<String> words =
        Files.readAllLines(perception.resolve("second/vocab.txt")).stream()
            .filter(word -> word.matches("[a-z]{4,}"))
            .limit(260)
            .toList();
    assertThat(words).hasSize(260);
    JsonNode few = detections(words.subList(0, 5));
    JsonNode all = detections(words);
    assertThat(few).isNotEmpty();
    assertThat(all.size()).isGreaterThan(10 * few.size());
    assertThat(all.findValuesAsText("label"))
        .isSubsetOf(words)
        .containsAnyElementsOf(words.subList(0, 50))
        .containsAnyElementsOf(words.subList(210, 260));
  }

  private static JsonNode detections(List<String> tags) {
    return run(
            "perceive",
            "--image",
            IMAGE,
            "--perception",
            perception,
            "--stage",
            "detector",
            "--tags",
            String.join(",", tags),
            "--box-threshold",
            "0",
            "--nms",
            "1",
            "--format",
            "json")
        .json()
        .get("detections");
  }

  @Test
  void imagesOfOnePixelsWidth() throws IOException {
    int found = 0;
    for (int[] size : new int[][] {{1, 60}, {60, 1}, {1, 1}}) {
      Path image = directory.resolve(size[0] + "x" + size[1] + ".png");
      try (var stream = Files.newOutputStream(image)) {
        ImageIO.write(
            new BufferedImage(size[0], size[1], BufferedImage.TYPE_INT_RGB), "png", stream);
      }
      JsonNode json = perceive("--image", image, "--tags", "a,b", "--box-threshold", "0");
      for (JsonNode entity : json.get("entities")) {
        assertThat(entity.at("/segmentation/size/0").asInt()).isEqualTo(size[1]);
        assertThat(entity.at("/segmentation/size/1").asInt()).isEqualTo(size[0]);
      }
      found += json.get("entities").size();
    }
    assertThat(found).isPositive();
  }

  /** What another perception finds gives other answers, which do not belong to the same run. */
  @Test
  void anEvaluationBelongsToItsPerception() throws IOException {
    Path out = directory.resolve("run");
    Object[] options = {
      "--task",
      "scienceqa_img",
      "--data",
      "../core/src/test/resources/eval/scienceqa-hub",
      "--model",
      MODEL,
      "--perception",
      perception,
      "--tags",
      "a",
      "--out",
      out,
      "--box-threshold",
      "0.05"
    };
    CommandLineRun first = run("eval", options);
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(JSON.readTree(out.resolve("run.json").toFile()).get("scene_graph").asText())
        .matches("perception [0-9a-f]{16}");
    options[options.length - 1] = "0.5";
    run("eval", options).assertRefused(2, "holds answers of another run: its scene_graph is");
  }

  @Test
  void questionsNeedNoEntitiesFile() throws IOException {
    Path cache = directory.resolve("cache");
    Object[] options = {
      "--model",
      MODEL,
      "--image",
      IMAGE,
      "--perception",
      perception,
      "--tags",
      "a",
      "--box-threshold",
      "0.05",
      "--cache",
      cache,
      "--max-new-tokens",
      "2",
      "--format",
      "json",
      "What?"
    };
    JsonNode first = run("ask", options).json();
    assertThat(first.at("/scene_graph/entities")).isNotEmpty();
    assertThat(first.at("/timings_ms/perception").asDouble()).isPositive();
    JsonNode second = run("ask", options).json();
    assertThat(second.get("token_ids")).isEqualTo(first.get("token_ids"));
    assertThat(second.get("scene_graph")).isEqualTo(first.get("scene_graph"));
    try (Stream<Path> files = Files.walk(cache)) {
      assertThat(files.filter(file -> file.toString().matches(".*[0-9a-f]{64}\\.json"))).hasSize(1);
    }
    Path graph = directory.resolve("graph.json");
    CommandLineRun drawn =
        run(
            "graph",
            "--model",
            MODEL,
            "--image",
            IMAGE,
            "--perception",
            perception,
            "--tags",
            "a",
            "--box-threshold",
            "0.05",
            "-o",
            graph);
    assertThat(drawn.exitCode()).as(drawn.err()).isZero();
    assertThat(JSON.readTree(graph.toFile()).get("entities"))
        .hasSameSizeAs(first.at("/scene_graph/entities"));
  }

  /** A model's own perception lies in its directory. */
  @Test
  void aBatchOfQuestionsPerceivesWhereNoEntitiesAreGiven() throws IOException {
    Path model = directory.resolve("model");
    copy(Path.of(MODEL).toAbsolutePath(), model);
    Files.createDirectory(model.resolve("perception"));
    copy(perception.resolve("second"), model.resolve("perception/detector"));
    Files.copy(perception.resolve("third.pth"), model.resolve("perception/third.pth"));
    String image = JSON.valueToTree(Path.of(IMAGE).toAbsolutePath().toString()).toString();
    Path batch =
        Files.write(
            directory.resolve("batch.jsonl"),
            List.of(
                "{\"id\": 1, \"image\": %s, \"question\": \"One?\"}".formatted(image),
                "{\"id\": 2, \"image\": %s, \"question\": \"Two?\"}".formatted(image),
                "{\"id\": 3, \"image\": %s, \"question\": \"Three?\", \"entities\": {\"entities\": []}}"
                    .formatted(image)));
    CommandLineRun run =
        run(
            "ask",
            "--model",
            model,
            "--batch",
            batch,
            "--tags",
            "a,b",
            "--box-threshold",
            "0.05",
            "--max-new-tokens",
            "2");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<JsonNode> answers = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      answers.add(JSON.readTree(line));
    }
    assertThat(answers).hasSize(3);
    assertThat(answers.get(0).at("/timings_ms/perception").asDouble()).isPositive();
    assertThat(answers.get(1).at("/timings_ms/perception").asDouble()).isZero();
    assertThat(answers.get(0).at("/scene_graph/entities")).isNotEmpty();
    assertThat(answers.get(1).at("/scene_graph/entities"))
        .isEqualTo(answers.get(0).at("/scene_graph/entities"));
    assertThat(answers.get(2).at("/scene_graph/entities")).isEmpty();
  }

  /** Models in one directory share the perception beside them. */
  @Test
  void perceptionBesideAModelIsFound() throws IOException {
    Path model = directory.resolve("model");
    copy(Path.of(MODEL).toAbsolutePath(), model);
    Object[] options = {
      "--model",
      model,
      "--image",
      IMAGE,
      "--tags",
      "a,b",
      "--box-threshold",
      "0.05",
      "--max-new-tokens",
      "2",
      "--format",
      "json",
      "One?"
    };
    run("ask", options).assertRefused(2, "a directory 'perception' in or beside the model");
    Path beside = Files.createDirectory(directory.resolve("perception"));
    copy(perception.resolve("second"), beside.resolve("detector"));
    Files.copy(perception.resolve("third.pth"), beside.resolve("third.pth"));
    JsonNode with = run("ask", options).json();
    assertThat(with.at("/scene_graph/entities")).isNotEmpty();
    List<Object> named = new ArrayList<>(List.of("--perception", perception));
    named.addAll(List.of(options));
    assertThat(with.get("scene_graph"))
        .isEqualTo(run("ask", named.toArray()).json().get("scene_graph"));
  }

  @Test
  void aBatchOfImagesIsEachAlone() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : List.of("wide.png", "tall.png", "turned.jpg", "odd.jpg")) {
      Path file = FIXTURES.resolve("pictures").resolve(name).toAbsolutePath();
      lines.add("{\"image\": %s}".formatted(JSON.valueToTree(file.toString())));
    }
    Path batch = Files.write(directory.resolve("images.jsonl"), lines);
    Path out = directory.resolve("masks");
    Object[] options = {
      "--batch", batch, "--out", out, "--batch-size", "3", "--box-threshold", "0.05"
    };
    JsonNode summary = perceive(options);
    assertThat(summary.get("perceived").asInt()).isEqualTo(4);
    assertThat(perceive(options).get("cached").asInt()).isEqualTo(4);
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      JsonNode result = JSON.readTree(line);
      JsonNode alone = perceive("--image", result.get("image").asText(), "--box-threshold", "0.05");
      Entities together = EntitiesFile.read(out.resolve(result.get("entities").asText()));
      assertThat(together).isEqualTo(EntitiesFile.parse("alone", alone));
    }
    CommandLineRun part =
        run(
            "perceive",
            "--perception",
            perception,
            "--batch",
            batch,
            "--out",
            out,
            "--box-threshold",
            "0.05",
            "--shard",
            "1/3");
    assertThat(part.out()).contains("1 images: 0 perceived, 1 from the cache, 0 failed");
  }

  /** It is about no photo, so none is blamed. */
  @Test
  void aTagThatNoCaptionHasRoomForEndsABatch() throws IOException {
    String line =
        "{\"image\": %s}".formatted(JSON.valueToTree(Path.of(IMAGE).toAbsolutePath().toString()));
    Path batch = Files.write(directory.resolve("images.jsonl"), List.of(line, line));
    Path out = directory.resolve("masks");
    String tag = "red ".repeat(300).strip();
    CommandLineRun run =
        run(
            "perceive",
            "--perception",
            perception,
            "--batch",
            batch,
            "--out",
            out,
            "--tags",
            "dog," + tag);
    run.assertRefused(2, "the tag \"red red ", "but a caption has room for");
    assertThat(out.resolve("results.jsonl"))
        .satisfiesAnyOf(
            results -> assertThat(results).doesNotExist(),
            results -> assertThat(results).isEmptyFile());
  }

  /** Images inside a Parquet file are perceived and cached as files are. */
  @Test
  void anEvaluationPerceivesAndTheCacheServesTheNext() throws IOException {
    Path cache = directory.resolve("cache");
    Path data = Path.of("../core/src/test/resources/eval/gqa-hub");
    Object[] common = {"--task", "gqa", "--data", data, "--model", CommandLineRun.MODEL};
    List<Object> first = new ArrayList<>(List.of(common));
    first.addAll(List.of("--perception", perception, "--box-threshold", "0.05"));
    first.addAll(List.of("--cache", cache, "--out", directory.resolve("first")));
    CommandLineRun perceived = run("eval", first.toArray());
    assertThat(perceived.exitCode()).as(perceived.err()).isZero();
    List<Object> second = new ArrayList<>(List.of(common));
    second.addAll(List.of("--entities", cache, "--out", directory.resolve("second")));
    CommandLineRun cached = run("eval", second.toArray());
    assertThat(cached.exitCode()).as(cached.err()).isZero();
    List<Object> third = new ArrayList<>(List.of(common));
    third.addAll(List.of("--no-scene-graph", "--out", directory.resolve("third")));
    assertThat(run("eval", third.toArray()).exitCode()).isZero();
    String answers = Files.readString(directory.resolve("first/answers.jsonl"));
    assertThat(directory.resolve("second/answers.jsonl")).hasContent(answers);
    assertThat(Files.readString(directory.resolve("third/answers.jsonl"))).isNotEqualTo(answers);
  }
}

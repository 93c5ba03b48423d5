package io.llavasg.mini.world.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.llavasg.LlavaSgException;
import io.llavasg.data.Sample;
import io.llavasg.data.SampleFile;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.language.TestSets;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.cache.PerceptionCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldWriterTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SCENES = 24;

  @TempDir private static Path folder = Path.of("");

  private static Path train = Path.of("");
  private static Path test = Path.of("");

  @BeforeAll
  static void write() {
    train = folder.resolve("train");
    test = folder.resolve("new/test");
    new WorldWriter(train, 112).write(Split.TRAIN, 4, SCENES, (done, total) -> {});
    new WorldWriter(test, 112).write(Split.TEST, 4, SCENES, (done, total) -> {});
  }

  private static JsonNode json(String file) throws IOException {
    return JSON.readTree(test.resolve(file).toFile());
  }

  private static RgbImage image(Path file) {
    return ImageFile.read(file, Orientation.IGNORE_EXIF);
  }

  @Test
  void trainingFilesLoadAsAnyOthers() {
    for (String name : List.of("captions", "relations", "instructions")) {
      try (SampleFile file = SampleFile.open(train.resolve(name + ".json"))) {
        for (int i = 0; i < file.count(); i++) {
          Sample sample = file.read(i);
          assertThat(sample.turns()).hasSizeGreaterThanOrEqualTo(2);
          assertThat(sample.predicate().isPresent()).isEqualTo(name.equals("relations"));
          assertThat(sample.source().isPresent()).isEqualTo(name.equals("relations"));
          if (sample.image().isPresent()) {
            Path picture = train.resolve("images").resolve(sample.image().get());
            RgbImage pixels = image(picture);
            String entities = sample.image().get().replace(".png", ".json");
            Entities known =
                EntitiesFile.read(
                    train.resolve("entities").resolve(entities), pixels.width(), pixels.height());
            assertThat(known.size()).isBetween(1, 8);
            assertThat(sample.turns().getFirst().text()).startsWith("<image>\n");
          } else {
            assertThat(sample.id()).startsWith("fact");
          }
        }
      }
    }
    assertThat(train.resolve("corpus.jsonl")).content().hasLineCount(SCENES);
  }

  @Test
  void entitiesSayColourAndSize() throws IOException {
    JsonNode entity =
        JSON.readTree(train.resolve("entities/000000.json").toFile()).path("entities").path(0);
    assertThat(entity.path("color").asText()).isNotEmpty();
    assertThat(entity.path("size").asText()).isIn("small", "large");
  }

  /** The fields that the published files have, and ten answers each. */
  @Test
  void shortAnswersAreInTheFormOfVqa() throws IOException {
    JsonNode questions = json("vqav2/v2_OpenEnded_mscoco_val2014_questions.json");
    JsonNode annotations = json("vqav2/v2_mscoco_val2014_annotations.json").path("annotations");
    assertThat(questions.path("questions")).hasSameSizeAs(annotations);
    assertThat(questions.path("data_subtype").asText()).isEqualTo("val2014");
    for (int i = 0; i < annotations.size(); i++) {
      JsonNode question = questions.path("questions").path(i);
      assertThat(question.path("question_id")).isEqualTo(annotations.path(i).path("question_id"));
      assertThat(annotations.path(i).path("answers")).hasSize(10);
      String picture = "COCO_val2014_%012d.jpg".formatted(question.path("image_id").asInt());
      assertThat(image(test.resolve("vqav2/val2014").resolve(picture)).width()).isEqualTo(112);
    }
  }

  @Test
  void compositionalQuestionsAreInTheFormOfGqa() throws IOException {
    JsonNode questions = json("gqa/testdev_balanced_questions.json");
    assertThat(questions).hasSizeGreaterThan(SCENES);
    for (JsonNode question : questions) {
      assertThat(question.path("isBalanced").asBoolean()).isTrue();
      assertThat(question.at("/types/structural").asText())
          .isIn("verify", "query", "choose", "logical", "compare");
      assertThat(test.resolve("gqa/images/" + question.path("imageId").asText() + ".jpg"))
          .isRegularFile();
    }
  }

  @Test
  void choicesAreInTheFormOfMmBench() throws IOException {
    List<String> lines = Files.readAllLines(test.resolve("mmbench/MMBench_DEV_EN.tsv"));
    List<String> head = List.of(lines.getFirst().split("\t"));
    Map<Integer, Map<String, String>> rows = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < cells.length; i++) {
        row.put(head.get(i), cells[i]);
      }
      rows.put(Integer.parseInt(row.getOrDefault("index", "")), row);
    }
    rows.forEach(
        (index, row) -> {
          Map<String, String> first = rows.getOrDefault(index % 1_000_000, Map.of());
          assertThat(row.get(row.get("answer"))).isEqualTo(first.get(first.get("answer")));
          if (index < 1_000_000) {
            RgbImage picture =
                ImageFile.decode(
                    Base64.getDecoder().decode(row.getOrDefault("image", "")),
                    "row " + index,
                    Orientation.IGNORE_EXIF);
            assertThat(picture.width()).isEqualTo(112);
            String last = row.getOrDefault("D", "").isEmpty() ? "1" : "3";
            assertThat(rows).containsKey(index + Integer.parseInt(last) * 1_000_000);
          } else {
            assertThat(row.get("image")).isEqualTo(Integer.toString(index % 1_000_000));
          }
        });
    assertThat(rows).hasSizeGreaterThan(2 * SCENES);
  }

  @Test
  void popeCaptionsAndRelationsAreInTheirForms() throws IOException {
    for (String sampling : List.of("random", "popular", "adversarial")) {
      List<JsonNode> rows = new ArrayList<>();
      for (String line : Files.readAllLines(test.resolve("pope/coco_pope_" + sampling + ".json"))) {
        rows.add(JSON.readTree(line));
      }
      assertThat(rows.getFirst().properties().stream().map(Map.Entry::getKey))
          .containsExactly("question_id", "image", "text", "label");
      assertThat(rows.stream().filter(row -> row.path("label").asText().equals("yes")))
          .hasSize(rows.size() / 2);
      assertThat(test.resolve("pope/val2014/" + rows.getFirst().path("image").asText()))
          .isRegularFile();
    }
    JsonNode captions = json("captions/captions_val2017.json");
    assertThat(captions.path("images")).hasSize(SCENES);
    assertThat(captions.path("annotations")).hasSize(5 * SCENES);
    try (SampleFile file = SampleFile.open(test.resolve("rel/relations.json"))) {
      Sample sample = file.read(0);
      assertThat(sample.predicate()).contains(sample.turns().getLast().text());
      assertThat(test.resolve("rel/images/" + sample.image().orElseThrow())).isRegularFile();
    }
  }

  @Test
  void trueEntitiesAreFoundByThePicturesBytes() {
    PerceptionCache truth =
        PerceptionCache.openExisting(
            test.resolve("entities"), warning -> assertThat(warning).isEmpty());
    TestSets sets = TestSets.of(4, SCENES);
    for (int i = 0; i < SCENES; i++) {
      String name = "COCO_val2014_%012d.jpg".formatted(i + 1);
      Perceived found = truth.find(test.resolve("vqav2/val2014").resolve(name)).orElseThrow();
      assertThat(found.entities().list()).hasSameSizeAs(sets.scenes().get(i).things());
    }
  }

  @Test
  void everyQuestionHasItsPartAndEverySetItsBaselines() throws IOException {
    JsonNode parts = json("parts.json");
    for (JsonNode question : json("gqa/testdev_balanced_questions.json")) {
      assertThat(question.path("question").asText()).isNotEmpty();
    }
    assertThat(parts.path("gqa")).hasSameSizeAs(json("gqa/testdev_balanced_questions.json"));
    JsonNode baselines = json("baselines.json");
    for (String set : Set.of("vqav2", "gqa", "mmbench", "pope", "rel")) {
      assertThat(baselines.path(set).path("all").path("questions").asInt()).isPositive();
      assertThat(baselines.path(set).path("all").path("text_only").asDouble()).isBetween(.05, .7);
    }
  }

  @Test
  void badRequestsWriteNothing() throws IOException {
    Path full = Files.createDirectories(folder.resolve("full"));
    Files.writeString(full.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> new WorldWriter(full, 112).write(Split.TRAIN, 1, 1, (d, t) -> {}))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("is not empty");
    assertThat(full).isDirectoryContaining("glob:**mine.txt");
    Path unmade = folder.resolve("unmade");
    assertThatThrownBy(() -> new WorldWriter(unmade, 112).write(Split.TRAIN, 1, 0, (d, t) -> {}))
        .hasMessageContaining("give 1 or more");
    assertThatThrownBy(() -> new WorldWriter(unmade, 5).write(Split.TRAIN, 1, 1, (d, t) -> {}))
        .hasMessageContaining("not 5");
    assertThat(unmade).doesNotExist();
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> new WorldWriter(file, 112).write(Split.TRAIN, 1, 1, (d, t) -> {}))
        .hasMessageContaining("is no directory");
  }

  @Test
  void anUnfinishedFolderIsNotLeft() {
    Path broken = folder.resolve("broken/world");
    assertThatThrownBy(
            () ->
                new WorldWriter(broken, 112)
                    .write(
                        Split.TRAIN,
                        1,
                        5,
                        (done, total) -> {
                          throw new IllegalStateException("stopped");
                        }))
        .hasMessage("stopped");
    assertThat(broken.getParent()).isEmptyDirectory();
  }
}

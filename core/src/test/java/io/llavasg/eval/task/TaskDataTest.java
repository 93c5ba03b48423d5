package io.llavasg.eval.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import java.io.IOException;
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

/** Each published format of each benchmark, beside lmms-eval's prompts, limits and targets. */
class TaskDataTest {
  static final Path DATA = Path.of("src/test/resources/eval");

  private static JsonNode expected() throws IOException {
    return new ObjectMapper().readTree(DATA.resolve("expected.json").toFile()).get("tasks");
  }

  static Stream<String> forms() throws IOException {
    List<String> forms = new ArrayList<>();
    expected().fieldNames().forEachRemaining(forms::add);
    return forms.stream();
  }

  /** Reads data that has no fault. */
  static ItemSet read(String task, String folder, String split) {
    return Task.named(task)
        .read(DATA.resolve(folder), split, new Problems(Problems.Handling.STOP, text -> {}));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void itemsAreAsLmmsEvalHasThem(String form) throws IOException {
    JsonNode expected = expected().get(form);
    Task task = Task.named(expected.get("task").asText());
    assertThat(task.maxNewTokens()).isEqualTo(expected.get("max_new_tokens").asInt());
    String folder = form.startsWith("mmbench") ? form.replaceFirst("-(en|cn)$", "") : form;
    try (ItemSet set = read(task.name(), folder, task.splits().getFirst())) {
      assertThat(set.items()).hasSize(expected.get("prompts").size());
      assertThat(set.isScored()).isTrue();
      for (EvalItem item : set.items()) {
        String id = item.id().toString();
        assertThat(item.prompt()).as(id).isEqualTo(expected.get("prompts").path(id).asText());
        List<String> references = new ArrayList<>();
        expected.get("references").path(id).forEach(one -> references.add(one.asText()));
        assertThat(item.references()).as(id).isEqualTo(references);
      }
    }
  }

  /** The pictures are drawn alike in both forms, so that a wrong row would be noticed. */
  @ParameterizedTest
  @MethodSource("forms")
  void imagesAreThoseOfTheirRows(String form) throws IOException {
    String task = expected().get(form).get("task").asText();
    String folder = form.startsWith("mmbench") ? form.replaceFirst("-(en|cn)$", "") : form;
    String split = Task.named(task).splits().getFirst();
    try (ItemSet set = read(task, folder, split)) {
      for (EvalItem item : set.items()) {
        // Picture n is 64 + 8 n pixels wide.
        assertThat(decoded(item).width()).as(item.id().toString()).isEqualTo(64 + 8 * number(item));
      }
      for (EvalItem item : set.items().reversed()) { // out of order it takes longer, but works
        assertThat(decoded(item).width()).isEqualTo(64 + 8 * number(item));
      }
    }
  }

  private static RgbImage decoded(EvalItem item) {
    return ImageFile.decode(item.image().bytes(), item.image().name(), Orientation.IGNORE_EXIF);
  }

  /** Which picture an item has, by how the fixtures are numbered. */
  private static int number(EvalItem item) {
    String id = item.id().id();
    String prompt = item.prompt();
    if (prompt.startsWith("Is there a ") || prompt.contains("question using")) {
      if (id.length() == 2) {
        return (3 - Integer.parseInt(id)) % 3; // gqa
      }
      return id.length() == 1 ? Integer.parseInt(id) - 1 : Integer.parseInt(id) / 1000 - 40;
    }
    return Integer.parseInt(id) % 10;
  }

  @Test
  void testSplitHasNoReferences() {
    try (ItemSet set = read("vqav2", "vqav2", "test")) {
      assertThat(set.items()).hasSize(3);
      assertThat(set.isScored()).isFalse();
      assertThat(set.items().getFirst().image().name()).isEqualTo("COCO_test2015_000000000040.jpg");
    }
  }

  @Test
  void categoriesAreTheDataSets() {
    assertThat(categories("vqav2", "vqav2")).containsExactly("other", "yes/no", "number");
    assertThat(categories("gqa", "gqa-hub")).containsOnly("query", "verify");
    assertThat(categories("scienceqa_img", "scienceqa"))
        .containsExactly("natural science", "social science");
    assertThat(categories("pope", "pope-hub")).containsOnly("random", "popular");
    assertThat(categories("rel", "rel")).containsExactly("visual_genome", "made", "made");
  }

  /** Six orders of NLVR's boxes are one scene, and POPE asks of a photo in each category. */
  @Test
  void itemsThatShowTheSameAreOfOneScene() {
    assertThat(scenes("nlvr", "nlvr")).containsOnly("70-0", "71-0").hasSize(12);
    assertThat(scenes("pope", "pope").stream().distinct()).hasSize(3);
    assertThat(scenes("pope", "pope-hub").stream().distinct()).hasSize(3);
    assertThat(scenes("pope", "pope-hub")).hasSize(6);
  }

  private static List<String> scenes(String task, String folder) {
    try (ItemSet set = read(task, folder, Task.named(task).splits().getFirst())) {
      return set.items().stream().map(EvalItem::scene).toList();
    }
  }

  /** A quick look at POPE is one at all of its categories. */
  @Test
  void fewItemsAreOfAllCategories() {
    try (ItemSet set = read("pope", "pope-hub", "test")) {
      List<EvalItem> first = set.task().first(set.items(), 2);
      assertThat(first.stream().map(EvalItem::category))
          .containsExactlyInAnyOrder("random", "popular");
      assertThat(set.task().first(set.items(), 1000))
          .containsExactlyInAnyOrderElementsOf(set.items());
    }
  }

  private static List<String> categories(String task, String folder) {
    try (ItemSet set = read(task, folder, Task.named(task).splits().getFirst())) {
      return set.items().stream().map(EvalItem::category).toList();
    }
  }

  @Test
  void relationQuestionsLeaveTheImageMarkerOut() {
    try (ItemSet set = read("rel", "rel", "test")) {
      assertThat(set.items().getFirst().prompt())
          .isEqualTo(
              "What is the relation between the ball and the cube?\n"
                  + "Answer the question using a single word or phrase.");
      assertThat(set.items().getFirst().entities().orElseThrow().get().size()).isEqualTo(1);
      assertThat(set.items().getLast().entities()).isEmpty();
    }
  }

  /** Ids that are no numbers reach a submission as they are, instead of ending a run. */
  @Test
  void idsOfSubmissionsAreNumbersWhereTheyCanBe(@TempDir Path folder) throws IOException {
    for (String task : List.of("vqav2", "coco2017_cap_val")) {
      List<Answered> answers = new ArrayList<>();
      for (String id : List.of("42", "q-7", "123456789012345678901")) {
        EvalItem item = EvalItem.of(id, "?", "?", new HeldImage("0", new byte[0]), List.of());
        answers.add(new Answered(item, "a"));
      }
      Path file = folder.resolve(task + ".json");
      Task.named(task).submission().orElseThrow().write(answers, file);
      assertThat(Files.readString(file))
          .contains("_id\":42,")
          .contains("_id\":\"q-7\",")
          .contains("_id\":\"123456789012345678901\",");
    }
  }

  @Test
  void firstQuestionsOfMmBenchKeepTheirRotations() {
    try (ItemSet set = read("mmbench_en", "mmbench", "dev")) {
      assertThat(set.task().first(set.items(), 2))
          .extracting(item -> item.id().id())
          .containsExactly("0", "1", "1000000", "1000001");
      assertThat(set.task().first(set.items(), 2).get(2).options())
          .isEqualTo(Map.of("A", "the cube", "B", "both", "C", "the ball"));
    }
  }

  @Test
  void everyTaskListsItsFiles() {
    for (Task task : Task.all()) {
      for (String split : task.splits()) {
        assertThat(task.files(split)).as(task.name()).isNotEmpty();
      }
    }
    assertThat(Task.all()).extracting(Task::name).doesNotHaveDuplicates().hasSize(9);
  }
}

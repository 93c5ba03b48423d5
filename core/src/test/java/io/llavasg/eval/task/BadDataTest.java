package io.llavasg.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that is not as it should be: named, counted, and fatal only if asked for. */
class BadDataTest {
  @TempDir private Path folder;

  private final List<String> told = new ArrayList<>();
  private final Problems problems = new Problems(Problems.Handling.COUNT, told::add);

  private List<String> ids(String task, Path data) {
    try (ItemSet set = Task.named(task).read(data, split(task), problems)) {
      return set.items().stream().map(item -> item.id().toString()).toList();
    }
  }

  private static String split(String task) {
    return Task.named(task).splits().getFirst();
  }

  private Path copy(String form) throws IOException {
    Path source = TaskDataTest.DATA.resolve(form);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path target = folder.resolve(source.relativize(file).toString());
        if (!Files.isDirectory(file)) {
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        }
      }
    }
    return folder;
  }

  /** Files that each count from 1 hold questions of their own; alone, a file keeps its ids. */
  @Test
  void relationFilesThatNumberAlikeLoseNothing() throws IOException {
    Path data = copy("rel");
    List<String> alone = ids("rel", data);
    Files.copy(data.resolve("relations.json"), data.resolve("vg.json"));
    List<String> both = ids("rel", data);
    assertThat(told).isEmpty();
    assertThat(both).hasSize(2 * alone.size());
    for (String id : alone) {
      assertThat(both).contains("relations.json/" + id, "vg.json/" + id);
    }
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheData() throws IOException {
    for (String form : List.of("nlvr/dev/dev.json", "mmbench/MMBench_DEV_EN.tsv")) {
      String task = form.startsWith("nlvr") ? "nlvr" : "mmbench_en";
      Path data = copy(form.substring(0, form.indexOf('/')));
      final List<String> before = ids(task, data);
      Path file = data.resolve(form.substring(form.indexOf('/') + 1));
      Files.writeString(file, "\uFEFF" + Files.readString(file));
      assertThat(ids(task, data)).isEqualTo(before);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void missingFilesAreNamed() {
    for (Task task : Task.all()) {
      String split = task.splits().getFirst();
      assertThatThrownBy(() -> task.read(folder, split, problems))
          .as(task.name())
          .isInstanceOf(LlavaSgException.class)
          .hasMessageContaining("'%s' holds no %s".formatted(folder, task.name()))
          .hasMessageContaining(task.files(split).getFirst());
    }
  }

  @Test
  void missingFolderIsNamed() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> ids("gqa", nowhere))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("there is no '%s'".formatted(nowhere))
        .hasMessageContaining("testdev_balanced_questions.json");
  }

  @Test
  void missingSplitIsNamed() {
    assertThatThrownBy(
            () -> Task.named("nlvr").read(TaskDataTest.DATA.resolve("nlvr"), "test", problems))
        .hasMessageContaining("of split 'test'")
        .hasMessageContaining("test/test.json");
    assertThatThrownBy(
            () -> Task.named("nlvr").read(TaskDataTest.DATA.resolve("nlvr"), "hidden", problems))
        .hasMessage("nlvr has no split 'hidden' but dev, test, train");
  }

  @Test
  void missingAnnotationsAreNamed() throws IOException {
    Files.delete(copy("vqav2").resolve("v2_mscoco_val2014_annotations.json"));
    assertThatThrownBy(() -> ids("vqav2", folder))
        .hasMessageContaining("v2_mscoco_val2014_annotations.json");
  }

  @Test
  void malformedLinesAreNamedAndLeftOut() throws IOException {
    Path file = copy("pope").resolve("coco_pope_random.json");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(1, lines.get(1).substring(0, 30));
    lines.add("[1]");
    lines.add(
        "{\"question_id\": 9, \"image\": \"x.jpg\", \"text\": \"Is it?\", \"label\": \"maybe\"}");
    lines.add("{\"question_id\": 10, \"image\": \"x.jpg\", \"label\": \"no\"}");
    Files.write(file, lines);
    assertThat(ids("pope", folder))
        .containsExactly("random/1", "random/3", "popular/1", "popular/2", "popular/3");
    assertThat(problems.count()).isEqualTo(4);
    assertThat(told.get(0)).startsWith("line 2 of '%s' is not JSON".formatted(file));
    assertThat(told.get(1)).isEqualTo("line 4 of '%s' is no JSON object".formatted(file));
    assertThat(told.get(2)).contains("'maybe'");
    assertThat(told.get(3)).isEqualTo("line 6 of '%s' has no \"text\"".formatted(file));
  }

  @Test
  void malformedLineIsFatalIfAskedFor() throws IOException {
    Path file = copy("pope").resolve("coco_pope_random.json");
    Files.writeString(file, "{\n");
    assertThatThrownBy(
            () ->
                Task.named("pope")
                    .read(folder, "test", new Problems(Problems.Handling.STOP, told::add)))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageStartingWith("line 1 of '%s' is not JSON".formatted(file));
  }

  @Test
  void rowsOfEveryFormatThatLackAFieldAreLeftOut() throws IOException {
    Path questions = copy("gqa").resolve("testdev_balanced_questions.json");
    Files.writeString(
        questions, Files.readString(questions).replaceFirst("\"answer\": \"ball\",", ""));
    assertThat(ids("gqa", folder)).containsExactly("01", "02", "03");
    Path table = folder.resolve("MMBench_DEV_EN.tsv");
    List<String> rows =
        List.of(
            "index;question;A;B;answer;L2-category;image",
            "1;Which?;ball;cube;C;coarse_perception;AAAA",
            "2;Which?;ball;cube;B;coarse_perception;AAAA",
            "3;;ball;cube;B;coarse_perception;AAAA",
            "4;Which?;ball;cube;B;coarse_perception;*",
            "5;Which?;ball;cube;B;coarse_perception;",
            "6;Which?;ball;cube;B;coarse_perception;AAAA;too much",
            "x;Which?;ball;cube;B;coarse_perception;AAAA",
            "7;Which?;ball;cube;B;fine_perception;AAAA",
            "8.0;Which?;ball;cube;B;coarse_perception;2",
            "9;Which?;ball;cube;B;coarse_perception;6");
    Files.write(table, rows.stream().map(row -> row.replace(';', '\t')).toList());
    assertThat(ids("mmbench_en", folder)).containsExactly("2", "8");
    assertThat(told.remove(5)).startsWith("row 6 of '%s' is malformed: Too many".formatted(table));
    assertThat(told.remove(6)).startsWith("row 8 of '%s': 'fine_perception' is".formatted(table));
    assertThat(told)
        .containsExactly(
            "'00' of '%s' has no \"answer\"".formatted(questions),
            "row 1 of '%s': its answer is none of its options".formatted(table),
            "row 3 of '%s' has no \"question\"".formatted(table),
            "the image of row 4 of '%s' is not base64".formatted(table),
            "row 5 of '%s' has no image".formatted(table),
            "row 7 of '%s': \"index\" has to be a whole number, not 'x'".formatted(table),
            "the image of row 10 of '%s' is that of index 6, which no row before it has"
                .formatted(table));
  }

  @Test
  void secondItemOfAnIdIsLeftOut() throws IOException {
    Path file = copy("pope").resolve("coco_pope_popular.json");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.add(lines.getFirst());
    Files.write(file, lines);
    assertThat(ids("pope", folder)).hasSize(6).doesNotHaveDuplicates();
    assertThat(told).containsExactly("the id popular/1 is there twice; its first item counts");
  }

  @Test
  void fileThatIsCutShortIsFatal() throws IOException {
    Path file = copy("vqav2").resolve("v2_OpenEnded_mscoco_val2014_questions.json");
    Files.writeString(file, Files.readString(file).substring(0, 300));
    assertThatThrownBy(() -> ids("vqav2", folder))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("'%s' is not whole JSON (line ".formatted(file));
    Path parquet = copy("coco-hub").resolve("data/val-00000-of-00001.parquet");
    byte[] bytes = Files.readAllBytes(parquet);
    Files.write(parquet, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> ids("coco2017_cap_val", folder))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("'%s' is no Parquet file".formatted(parquet));
  }

  @Test
  void elementsThatAreNoObjectsAreLeftOut() throws IOException {
    Path questions = copy("vqav2").resolve("v2_OpenEnded_mscoco_val2014_questions.json");
    String text = Files.readString(questions);
    Files.writeString(questions, text.replaceFirst("(\"questions\": \\[)", "$1null, 3, [{}], "));
    assertThat(ids("vqav2", folder)).hasSize(3);
    assertThat(told)
        .containsExactly(
            "questions 1 of '%s' is no JSON object".formatted(questions),
            "questions 2 of '%s' is no JSON object".formatted(questions),
            "questions 3 of '%s' is no JSON object".formatted(questions));
  }

  /** Hidden answers belong to test splits alone. */
  @Test
  void itemsWithoutARightAnswerAreLeftOut() throws IOException {
    Path table = folder.resolve("MMBench_DEV_EN.tsv");
    Files.write(
        table,
        Stream.of(
                "index;question;A;B;answer;l2-category;image",
                "1;Which?;ball;cube;;coarse_perception;AAAA",
                "2;Which?;ball;cube;B;coarse_perception;AAAA")
            .map(row -> row.replace(';', '\t'))
            .toList());
    assertThat(ids("mmbench_en", folder)).containsExactly("2");
    assertThat(told).containsExactly("item 1 has no right answer beside it");
    Files.move(table, folder.resolve("MMBench_TEST_EN.tsv"));
    try (ItemSet set = Task.named("mmbench_en").read(folder, "test", problems)) {
      assertThat(set.items()).hasSize(2);
      assertThat(set.isScored()).isFalse();
    }
  }

  @Test
  void anotherConfigurationsFilesAreNotRead() throws IOException {
    Path english = TaskDataTest.DATA.resolve("mmbench-hub/en");
    assertThat(ids("mmbench_en", english)).hasSize(6);
    assertThatThrownBy(() -> ids("mmbench_cn", english))
        .hasMessageContaining("holds no mmbench_cn data");
    Path hub = Files.createDirectories(folder.resolve("cn/MMBench"));
    Files.createDirectories(hub.resolve("en"));
    Path file = english.resolve("dev-00000-of-00001.parquet");
    Files.copy(file, hub.resolve("en/dev-00000-of-00001.parquet"));
    assertThatThrownBy(() -> ids("mmbench_cn", hub))
        .hasMessageContaining("holds no mmbench_cn data");
    Path gqa = TaskDataTest.DATA.resolve("gqa-hub/testdev_balanced_instructions");
    assertThatThrownBy(() -> ids("gqa", gqa)).hasMessageContaining("holds no gqa data");
    Files.copy(
        gqa.resolve("testdev-00000-of-00001.parquet"),
        folder.resolve("testdev-00000-of-00001.parquet"));
    assertThatThrownBy(() -> ids("gqa", folder)).hasMessageContaining("holds no gqa data");
    assertThat(told).isEmpty();
  }

  @Test
  void aFileIsTakenUnderItsOwnNameOnly() {
    Path english = TaskDataTest.DATA.resolve("mmbench/MMBench_DEV_EN.tsv");
    assertThat(ids("mmbench_en", english)).hasSize(6);
    assertThatThrownBy(() -> ids("mmbench_cn", english))
        .hasMessageContaining("holds no mmbench_cn data");
    Path questions = TaskDataTest.DATA.resolve("vqav2/v2_OpenEnded_mscoco_val2014_questions.json");
    assertThatThrownBy(() -> ids("vqav2", questions)).hasMessageContaining("annotations");
    assertThat(ids("pope", TaskDataTest.DATA.resolve("pope/coco_pope_random.json"))).hasSize(3);
  }

  /** The third row of the hub's ScienceQA has no image. */
  @Test
  void anImageThatIsNotThereIsNotTheOneBefore() {
    Path file =
        TaskDataTest.DATA.resolve("scienceqa-hub/ScienceQA-IMG/test-00000-of-00001.parquet");
    try (ParquetImages images = new ParquetImages()) {
      images.image(file, 1, "before").bytes();
      ImageSource none = images.image(file, 2, "none");
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(none::bytes).hasMessage("row 3 of '%s' has no image".formatted(file));
      }
    }
  }

  /** Every image of the hub's COCO has its path; ScienceQA's all have the same. */
  @Test
  void imagesOfParquetFilesAreNamedByTheirRows() {
    for (String form : List.of("coco-hub", "scienceqa-hub")) {
      String task = form.startsWith("coco") ? "coco2017_cap_val" : "scienceqa_img";
      try (ItemSet set = TaskDataTest.read(task, form, split(task))) {
        assertThat(set.items())
            .extracting(item -> item.image().name())
            .startsWith(split(task) + "-00000-of-00001-0", split(task) + "-00000-of-00001-1")
            .doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void unknownTaskIsRefused() {
    assertThatThrownBy(() -> Task.named("vqa"))
        .hasMessageStartingWith("there is no task 'vqa' but vqav2, gqa,");
  }

  @Test
  void parquetFilesOfSeveralDataSetsAreRefused() throws IOException {
    Path file = TaskDataTest.DATA.resolve("coco-hub/data/val-00000-of-00001.parquet");
    for (String name : List.of("one", "two")) {
      Files.createDirectories(folder.resolve(name));
      Files.copy(file, folder.resolve(name + "/val-00000-of-00001.parquet"));
    }
    assertThatThrownBy(() -> ids("coco2017_cap_val", folder))
        .hasMessageContaining("several data sets")
        .hasMessageContaining("one");
  }

  @Test
  void aLinkToAFolderAboveItIsNoTrouble() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path file = TaskDataTest.DATA.resolve("coco-hub/data/val-00000-of-00001.parquet");
    Files.copy(file, data.resolve("val-00000-of-00001.parquet"));
    Files.createSymbolicLink(data.resolve("all"), folder);
    assertThat(ids("coco2017_cap_val", folder))
        .isEqualTo(ids("coco2017_cap_val", TaskDataTest.DATA.resolve("coco-hub")));
  }
}

package io.llavasg.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.task.ItemId;
import io.llavasg.eval.task.ItemSet;
import io.llavasg.eval.task.Problems;
import io.llavasg.eval.task.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswersFileTest {
  private static final Path DATA = Path.of("src/test/resources/eval");

  @TempDir private Path folder;

  private final List<String> told = new ArrayList<>();
  private final Problems problems = new Problems(Problems.Handling.COUNT, told::add);

  private ItemSet items(String task) {
    return Task.named(task)
        .read(DATA.resolve(task), Task.named(task).splits().getFirst(), problems);
  }

  @Test
  void answersAreThereAsSoonAsTheyAreAdded() {
    Path file = folder.resolve("answers.jsonl");
    try (ItemSet set = items("pope");
        AnswersFile answers = AnswersFile.append(file)) {
      answers.add(set.items().get(4), "\"Yes\",\nor no: “不”");
      Map<ItemId, String> read = AnswersFile.read(List.of(file), set.items(), problems);
      assertThat(read).isEqualTo(Map.of(new ItemId("popular", "2"), "\"Yes\",\nor no: “不”"));
      assertThat(told).isEmpty();
    }
  }

  @Test
  void lineThatWasCutOffIsTakenAway() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    Files.writeString(file, "{\"id\":\"00\",\"answer\":\"a\"}\n{\"id\":\"01\",\"ans");
    try (ItemSet set = items("gqa")) {
      try (AnswersFile answers = AnswersFile.append(file)) {
        assertThat(AnswersFile.read(List.of(file), set.items(), problems))
            .containsOnlyKeys(ItemId.of("00"));
        answers.add(set.items().get(1), "b");
      }
      assertThat(Files.readString(file))
          .isEqualTo("{\"id\":\"00\",\"answer\":\"a\"}\n{\"id\":\"01\",\"answer\":\"b\"}\n");
      Files.writeString(file, "{\"id\":");
      AnswersFile.append(file).close();
      assertThat(file).isEmptyFile();
    }
    assertThat(told).isEmpty();
  }

  @Test
  void everythingThatIsNoAnswerIsNamed() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    Files.write(
        file,
        List.of(
            "{\"id\": \"00\", \"answer\": \"a\"}",
            "{\"id\": \"00\", \"answer\": \"b\"}",
            "{\"id\": \"99\", \"answer\": \"b\"}",
            "{\"id\": \"01\"}",
            "{\"id\": \"01\", \"answer\": [\"c\"]}",
            "",
            "{\"id\": \"02\", \"answer\": ",
            "{\"id\": \"02\", \"answer\": \"c\"}"));
    try (ItemSet set = items("gqa")) {
      assertThat(AnswersFile.read(List.of(file), set.items(), problems))
          .isEqualTo(Map.of(ItemId.of("00"), "a", ItemId.of("02"), "c"));
    }
    assertThat(problems.count()).isEqualTo(5);
    assertThat(told.get(0))
        .isEqualTo("line 2 of '%s' answers 00 again; the first counts".formatted(file));
    assertThat(told.get(1))
        .isEqualTo("line 3 of '%s' answers no question of this task: id 99".formatted(file));
    assertThat(told.get(2)).startsWith("line 4 of '%s' is no answer".formatted(file));
    assertThat(told.get(3)).startsWith("line 5 of '%s' is no answer".formatted(file));
    assertThat(told.get(4)).startsWith("line 7 of '%s' is not JSON".formatted(file));
  }

  @Test
  void numbersAndTruthsAreAnswersAndAByteOrderMarkIsNone() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    Files.writeString(
        file, "\uFEFF{\"id\": \"00\", \"answer\": 3}\n{\"id\": \"01\", \"answer\": true}\n");
    try (ItemSet set = items("gqa")) {
      assertThat(AnswersFile.read(List.of(file), set.items(), problems))
          .isEqualTo(Map.of(ItemId.of("00"), "3", ItemId.of("01"), "true"));
    }
    assertThat(told).isEmpty();
  }

  @Test
  void aLineMayBeCutInsideACharacter() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    byte[] line = "{\"id\": \"00\", \"answer\": \"不\"}\n".getBytes(StandardCharsets.UTF_8);
    byte[] cut = Arrays.copyOf(line, line.length - 4);
    Files.write(file, line);
    Files.write(file, cut, StandardOpenOption.APPEND);
    try (ItemSet set = items("gqa")) {
      Map<ItemId, String> expected = Map.of(ItemId.of("00"), "不");
      assertThat(AnswersFile.readGrowing(List.of(file), set.items(), problems)).isEqualTo(expected);
      assertThat(told).isEmpty();
      assertThat(AnswersFile.read(List.of(file), set.items(), problems)).isEqualTo(expected);
      assertThat(told).containsExactly("line 2 of '%s' is not in UTF-8".formatted(file));
    }
  }

  @Test
  void popesAnswersNeedTheirCategory() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    Files.write(
        file,
        List.of(
            "{\"id\": 1, \"answer\": \"yes\"}",
            "{\"id\": 1, \"category\": \"random\", \"answer\": \"no\"}",
            "{\"id\": 1, \"category\": \"popular\", \"answer\": \"yes\"}"));
    try (ItemSet set = items("pope")) {
      assertThat(AnswersFile.read(List.of(file), set.items(), problems))
          .isEqualTo(Map.of(new ItemId("random", "1"), "no", new ItemId("popular", "1"), "yes"));
    }
    assertThat(told).hasSize(1);
    assertThat(told.getFirst()).contains("line 1").contains("\"category\"");
  }

  private static final int REFUSED = 3;

  private static int anotherProcess(Path file) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Another.class.getName(),
            file.toString())
        .inheritIO()
        .start()
        .waitFor();
  }

  /** A process of its own. */
  static final class Another {
    private Another() {}

    public static void main(String[] args) {
      try (AnswersFile answers = AnswersFile.append(Path.of(args[0]))) {
        System.exit(0);
      } catch (LlavaSgException e) {
        System.exit(REFUSED);
      }
    }
  }

  @Test
  void twoRunsCannotAddToOneFile() throws Exception {
    Path file = folder.resolve("answers.jsonl");
    try (AnswersFile first = AnswersFile.append(file)) {
      assertThatThrownBy(() -> AnswersFile.append(file)).hasMessageContaining(file.toString());
      Files.writeString(file, "x", StandardOpenOption.APPEND);
      assertThat(anotherProcess(file)).as("reading it does not give it up").isEqualTo(REFUSED);
    }
    assertThat(anotherProcess(file)).isZero();
    AnswersFile.append(file).close();
    assertThat(file).isEmptyFile();
  }
}

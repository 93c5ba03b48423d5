package io.llavasg.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFolderTest {
  @TempDir private Path folder;

  /** Who reads while a file is written finds what was there before, and so after a failure. */
  @Test
  void aFileIsWrittenWholeOrNotAtAll() throws IOException {
    RunFolder run = new RunFolder(folder);
    Path file =
        run.write(
            "summary.json",
            part -> {
              Files.writeString(part, "first");
              assertThat(folder.resolve("summary.json")).doesNotExist();
            });
    assertThat(file).hasContent("first");
    assertThatThrownBy(
            () ->
                run.write(
                    "summary.json",
                    part -> {
                      Files.writeString(part, "hal");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("No space left on device");
    assertThat(file).hasContent("first");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"task\": \"gqa\", \"split\": \"val\"}', only runs of one split can be compared",
    "'{\"task\": \"gqa\", \"split\": \"testdev\", \"items_sha256\": \"b\"}', asked different questions"
  })
  void runsOfOtherQuestionsAreNotCompared(String other, String reason) throws IOException {
    Path first =
        run("first", "{\"task\": \"gqa\", \"split\": \"testdev\", \"items_sha256\": \"a\"}");
    Path second = run("second", other);
    assertThatThrownBy(() -> Comparison.of(first, second, Bootstrap.DEFAULT))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining(reason);
  }

  /** An earlier version's scores have no scenes: there each item stands for itself. */
  @Test
  void itemsOfASceneAreComparedTogether() throws IOException {
    String summary = "{\"task\": \"nlvr\"}";
    List<Path> runs = new ArrayList<>();
    for (String scene : List.of(", \"scene\": \"70-0\"", "")) {
      for (int score = 1; score >= 0; score--) {
        Path run = run("run" + runs.size(), summary);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 6; i++) {
          lines.append("{\"id\": \"70-0-%d\", \"score\": %d%s}\n".formatted(i, score, scene));
        }
        Files.writeString(run.resolve("scores.jsonl"), lines);
        runs.add(run);
      }
    }
    assertThat(Comparison.of(runs.get(0), runs.get(1), Bootstrap.DEFAULT).all().pValue())
        .as("one scene is no evidence")
        .isEqualTo(1);
    assertThat(Comparison.of(runs.get(2), runs.get(1), Bootstrap.DEFAULT).all().pValue())
        .as("one of the two knows")
        .isEqualTo(1);
    assertThat(Comparison.of(runs.get(2), runs.get(3), Bootstrap.DEFAULT).all().pValue())
        .isEqualTo(2 / 64.0);
  }

  private Path run(String name, String summary) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("summary.json"), summary);
    Files.writeString(run.resolve("scores.jsonl"), "{\"id\": \"1\", \"score\": 1}\n");
    return run;
  }
}

package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldCommandTest {
  /** Shares are written with four digits. */
  private static final Offset<Double> ROUNDED = within(.01);

  @TempDir private Path folder = Path.of("");

  @Test
  void writesTheSameFilesOfTheSameSeed() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      CommandLineRun run =
          CommandLineRun.of("world", "--out", path(name), "--scenes", "3", "--seed", "5");
      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).startsWith("3 scenes of the train split in '");
    }
    for (String file :
        new String[] {"images/000002.png", "entities/000002.json", "instructions.json"}) {
      assertThat(folder.resolve("a").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("b").resolve(file));
    }
  }

  @Test
  void tellsMachinesWhatItMade() {
    JsonNode json =
        CommandLineRun.of("world", "--out", path("e"), "--scenes", "2", "--format", "json").json();
    assertThat(json.path("scenes").intValue()).isEqualTo(2);
    assertThat(Path.of(json.path("made").textValue()).resolve("instructions.json")).isRegularFile();
  }

  /** What the baselines answer is scored by the benchmarks' own rules, in rows of the tables. */
  @Test
  void baselinesStandInTablesAsModelsDo() throws IOException {
    CommandLineRun.of("world", "--out", path("t"), "--split", "test", "--scenes", "60");
    Path file = folder.resolve("tables.yaml");
    Files.writeString(
        file,
        """
        results: %1$s/results
        tasks:
          gqa: {data: %1$s/t/gqa}
          rel: {data: %1$s/t/rel}
          vqav2: {data: %1$s/t/vqav2}
          pope: {data: %1$s/t/pope, limit: 60}
          mmbench_en: {data: %1$s/t/mmbench}
          coco2017_cap_val: {data: %1$s/t/captions}
        models:
          majority: {answers: "%1$s/t/baselines/majority/{task}.jsonl"}
          text-only: {answers: "%1$s/t/baselines/text_only/{task}.jsonl"}
        tables:
          1: {rows: {majority: {model: majority, title: m}, text-only: {model: text-only, title: t}}}
          2: {rows: {majority: {model: majority, title: m}, text-only: {model: text-only, title: t}}}
        """
            .formatted(folder)
            .replace('\\', '/'));
    String[] command = {"reproduce", "--config", file.toString(), "--format", "json"};
    CommandLineRun run = CommandLineRun.of(command);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode baselines = new ObjectMapper().readTree(folder.resolve("t/baselines.json").toFile());
    for (String name : List.of("majority", "text-only")) {
      String key = name.replace('-', '_');
      JsonNode cells = row(run.json().at("/tables/1"), name);
      for (String task : List.of("gqa", "rel")) {
        assertThat(measured(cells, task))
            .isCloseTo(100 * baselines.path(task).path("all").path(key).doubleValue(), ROUNDED);
      }
      assertThat(measured(cells, "coco")).isPositive();
    }
    JsonNode all = run.json().at("/tables/0");
    assertThat(measured(row(all, "majority"), "pope"))
        .as("F1 of yes to all, where half is yes")
        .isCloseTo(200 / 3., ROUNDED);
    assertThat(measured(row(all, "majority"), "mmb"))
        .as("one letter is never right in all rotations")
        .isZero();
    assertThat(measured(row(all, "text-only"), "mmb")).isPositive();
    assertThat(CommandLineRun.of(command).err()).contains("12 of 12 runs are there");
  }

  @Test
  void refusesWhatItCannotWrite() throws IOException {
    CommandLineRun.of("world", "--scenes", "3")
        .assertRefused(2, "Missing required option: '--out=DIR'");
    CommandLineRun.of("world", "--out", path("c"), "--scenes", "3", "--split", "dev")
        .assertRefused(2, "--split", "dev");
    CommandLineRun.of("world", "--out", path("c"), "--scenes", "0")
        .assertRefused(2, "0 scenes are none to write");
    CommandLineRun.of("world", "--out", path("c"), "--scenes", "3", "--size", "4")
        .assertRefused(2, "56 to 1024 pixels");
    assertThat(folder.resolve("c")).doesNotExist();
    Files.createDirectories(folder.resolve("d/mine"));
    CommandLineRun.of("world", "--out", path("d"), "--scenes", "3")
        .assertRefused(2, "is not empty: remove it, or name another --out");
  }

  private static JsonNode row(JsonNode table, String id) {
    for (JsonNode row : table.path("rows")) {
      if (row.path("row").textValue().equals(id)) {
        return row.path("cells");
      }
    }
    throw new AssertionError("no row " + id);
  }

  private static double measured(JsonNode cells, String column) {
    JsonNode value = cells.path(column).path("measured").path("value");
    assertThat(value.isNumber()).as(column).isTrue();
    return value.doubleValue();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}

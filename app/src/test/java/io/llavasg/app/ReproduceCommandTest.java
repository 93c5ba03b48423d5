package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables from models to pictures, with the tiny LLaVA-SG. */
class ReproduceCommandTest {
  private static final Path DATA = Path.of("../core/src/test/resources/eval");

  @TempDir private Path folder;
  private Path file;
  private Path results;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("tables.yaml");
    results = folder.resolve("results");
    Files.writeString(
        file,
        """
        results: %s
        tasks:
          gqa: {data: %s/gqa, batch-size: 4}
          coco2017_cap_val: {data: %s/nowhere}
        models:
          plain: {model: %s, no-scene-graph: true}
          made: {model: %s/made, no-scene-graph: true, make: ["convert --from %s --out %s/made"]}
          absent: {model: %s/absent}
          failing: {model: "%s/failing-{seed}", seeds: [1, 2],
                    make: [{makes: %s, run: "no such command"},
                           "convert --from %s --out %s/other",
                           "convert --from %s/nothing --out %s/failing"]}
        tables:
          3: {against: sge-d, rows: {sge-d: plain, sge-d-sge: made, sge-d-sge-sge-t: absent}}
          2: {rows: {none: failing}}
        """
            .formatted(
                results, DATA, DATA, MODEL, folder, MODEL, folder, folder, folder, folder, MODEL,
                folder, folder, folder)
            .replace('\\', '/'));
  }

  private CommandLineRun reproduce(String... more) {
    String[] start = {"reproduce", "--config", file.toString()};
    return CommandLineRun.of(
        List.of(List.of(start), List.of(more)).stream()
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  @Test
  void runsWhatItCanAndTellsWhatIsMissing() throws IOException {
    CommandLineRun first = reproduce("--table", "3");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.err())
        .contains("0 of 6 runs are there")
        .contains("4 of 6 runs are not there")
        .contains("plain, seed 0, coco2017_cap_val: --data")
        .contains("absent, seed 0, gqa: --model " + folder.resolve("absent") + " not there");
    assertThat(first.out())
        .contains("Table 3. Training strategies")
        .containsPattern("SGE-D +paper +62.32")
        .containsPattern("measured +[0-9.]+ ±")
        .containsPattern("measured +not run");
    assertThat(results.resolve("made/seed-0/gqa/summary.json")).exists();
    assertThat(results.resolve("table-3.md")).content().contains("62.32");
    assertThat(results.resolve("table-3.csv")).content().contains("3,SGE-D,gqa,measured");
    assertThat(Files.size(results.resolve("table-3.png"))).isGreaterThan(5000);

    CommandLineRun json = reproduce("--table", "3", "--report-only", "--format", "json");
    JsonNode table = new ObjectMapper().readTree(json.out()).at("/tables/0");
    assertThat(table.at("/table").asInt()).isEqualTo(3);
    assertThat(table.at("/rows/0/cells/gqa/paper").asDouble()).isEqualTo(62.32);
    assertThat(table.at("/rows/0/cells/gqa/measured/value").isNumber()).isTrue();
    assertThat(table.at("/rows/1/cells/gqa/difference/low").isNumber()).isTrue();
    assertThat(table.at("/rows/2/cells/gqa").has("measured")).isFalse();

    CommandLineRun second = reproduce("--table", "3");
    assertThat(second.err()).contains("2 of 6 runs are there");
    assertThat(second.out()).isEqualTo(first.out());
  }

  /** Each in its own process, they make the same; what fails is tried once and has its log. */
  @Test
  void severalAtOnceGiveTheSameTables() throws IOException {
    CommandLineRun first = reproduce("--table", "3");
    try (Stream<Path> all = Files.walk(results)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    Files.move(folder.resolve("made"), folder.resolve("made-before"));
    CommandLineRun together = reproduce("--table", "3", "--jobs", "2");
    assertThat(together.exitCode()).as(together.err()).isZero();
    assertThat(together.out()).isEqualTo(first.out());
    assertThat(together.err().lines().filter(line -> line.contains("done: llava-sg convert")))
        .hasSize(1);
    CommandLineRun failing = reproduce("--table", "2", "--jobs", "2");
    assertThat(failing.exitCode()).isEqualTo(2);
    assertThat(failing.err().lines().filter(line -> line.contains("failed with 2"))).hasSize(1);
    try (Stream<Path> logs = Files.list(results.resolve("logs"))) {
      assertThat(logs.map(ReproduceCommandTest::content))
          .noneMatch(log -> log.contains("\r"))
          .anyMatch(log -> log.contains("llava-sg: ") && log.contains("nothing"));
    }
    reproduce("--jobs", "0").assertRefused(2, "--jobs");
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model of the second row is the first one's copy, and so are its answers. */
  @Test
  void differenceOfAModelFromItselfIsNone() {
    reproduce("--table", "3");
    assertThat(reproduce("--table", "3", "--report-only").out())
        .containsPattern("difference +0.00 ±0.00 ");
  }

  @Test
  void reportOnlyRunsNothing() {
    CommandLineRun run = reproduce("--report-only", "--out", folder.resolve("tables").toString());
    assertThat(run.exitCode()).isZero();
    assertThat(results).doesNotExist();
    assertThat(folder.resolve("tables/table-1.png")).exists();
    assertThat(run.out()).contains("Table 1.", "Table 2.", "Table 3.", "nothing has been run");
  }

  @Test
  void aModelThatCannotBeMadeIsTriedOnce() {
    CommandLineRun run = reproduce("--table", "2");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines().filter(line -> line.startsWith("llava-sg: llava-sg ")))
        .as("for both seeds; what is there is not made, and what was made is not made again")
        .satisfiesExactly(
            line -> assertThat(line).contains("convert").endsWith("/other"),
            line -> assertThat(line).contains("convert").endsWith("/failing"));
    assertThat(run.out()).contains("Table 2.");
  }

  /** The tests run in a folder that has no tables. */
  @Test
  void tablesOfTheCheckoutAreFoundFromElsewhere() {
    CommandLineRun run =
        CommandLineRun.of(
            "reproduce",
            "--table",
            "2",
            "--scale",
            "mini",
            "--report-only",
            "--out",
            folder.resolve("tables").toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("Table 2.");
  }

  @Test
  void badUseIsRefused() {
    reproduce("--table", "5").assertRefused(2, "no table 5");
    CommandLineRun.of("reproduce", "--config", folder.resolve("x.yaml").toString())
        .assertRefused(2, "there is no");
  }
}

package io.llavasg.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.LlavaSgException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables from results that are written here by hand, as runs leave them. */
class TableReportTest {
  @TempDir private Path folder;
  private Path file;
  private String questions = "all";

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("tables.yaml");
    Files.writeString(
        file,
        """
        results: %s
        tasks:
          gqa: {data: data/gqa, limit: 5}
          coco2017_cap_val: {data: data/coco}
          mmbench_en: {data: data/mmbench}
        models:
          plain: {model: "plain-{seed}", no-scene-graph: true, seeds: [0, 1, 2]}
          graph: {model: "graph-{seed}", perception: sam, seeds: [0, 1, 2],
                  make: ["train --config c.yaml --set seed={seed}", "info graph-{seed}"]}
          matched: {model: matched, no-scene-graph: false}
        tables:
          2:
            against: none
            rows: {none: plain, sg-mp: graph, own: {model: matched, title: "ours, alone"}}
        """
            .formatted(folder.resolve("results")));
  }

  private void result(String model, int seed, String task, String metric, double value, String more)
      throws IOException {
    Path run = folder.resolve("results").resolve(model).resolve("seed-" + seed).resolve(task);
    Files.createDirectories(run);
    Files.writeString(
        run.resolve("summary.json"),
        String.format(
            Locale.ROOT,
            """
            {"task": "%s", "split": "val", "items_sha256": "%s", "missing": 0,
             "configuration": {%s},
             "figures": [{"category": "", "metric": "%s", "value": %s, "items": 4,
                          "low": %s, "high": %s, "level": 0.95}]}
            """,
            task,
            questions,
            more,
            metric,
            value,
            value - .01,
            value + .02));
  }

  private void scores(String model, int seed, String task, int... scores) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < scores.length; i++) {
      lines.append("{\"id\": \"%d\", \"category\": \"\", \"score\": %d}\n".formatted(i, scores[i]));
    }
    Files.writeString(
        folder
            .resolve("results")
            .resolve(model)
            .resolve("seed-" + seed)
            .resolve(task)
            .resolve("scores.jsonl"),
        lines);
  }

  private TableReport report() {
    return TableReport.of(PaperTable.of(2), Reproduction.read(file));
  }

  private static Cell cell(TableReport report, String row, String column) {
    return report.lines().stream()
        .filter(line -> line.id().equals(row))
        .map(line -> line.cells().get(column))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void seedsArePaired() throws IOException {
    double[] plain = {.60, .64, .62};
    double[] graph = {.61, .66, .65};
    for (int seed = 0; seed < 3; seed++) {
      result("plain", seed, "gqa", "accuracy", plain[seed], "");
      result("graph", seed, "gqa", "accuracy", graph[seed], "");
    }
    Cell cell = cell(report(), "sg-mp", "gqa");
    assertThat(cell.paper()).contains(63.06);
    Estimate measured = cell.measured().orElseThrow();
    assertThat(measured.value()).isCloseTo(64, within(1e-9));
    assertThat(measured.seeds()).isEqualTo(3);
    assertThat(measured.basis()).isEqualTo("seeds");
    // Differences 1, 2 and 3: 2 ± t(2 degrees, 97.5 %) = 4.302653 times 1/√3.
    Estimate difference = cell.difference().orElseThrow();
    assertThat(difference.value()).isCloseTo(2, within(1e-9));
    assertThat(difference.interval().orElseThrow().low())
        .isCloseTo(2 - 4.302653 / Math.sqrt(3), within(1e-5));
    assertThat(difference.excludesZero()).isFalse();
    assertThat(cell(report(), "none", "gqa").difference()).isEmpty();
  }

  /** Twenty questions of 400 more with either seed, but for rounding: no effect to be claimed. */
  @Test
  void equalDifferencesClaimNothing() throws IOException {
    for (int seed = 0; seed < 2; seed++) {
      result("plain", seed, "gqa", "accuracy", (200 + 11 * seed) / 400.0, "");
      result("graph", seed, "gqa", "accuracy", (220 + 11 * seed) / 400.0, "");
    }
    Estimate difference = cell(report(), "sg-mp", "gqa").difference().orElseThrow();
    assertThat(difference.value()).isCloseTo(5, within(1e-9));
    assertThat(difference.interval().orElseThrow().excludesZero()).isTrue();
    assertThat(difference.excludesZero()).isFalse();
  }

  /** With one seed, and with several: the other figures of the table stay. */
  @Test
  void runsOfOtherQuestionsAreNotCompared() throws IOException {
    for (int seed = 0; seed < 2; seed++) {
      questions = "all";
      result("plain", seed, "gqa", "accuracy", .5, "");
      questions = seed == 0 ? "all" : "others";
      result("graph", seed, "gqa", "accuracy", .6, "");
    }
    questions = "others";
    result("matched", 0, "gqa", "accuracy", .7, "");
    scores("plain", 0, "gqa", 0, 1, 0, 0);
    scores("matched", 0, "gqa", 1, 1, 1, 1);
    for (String row : List.of("sg-mp", "own")) {
      Cell cell = cell(report(), row, "gqa");
      assertThat(cell.measured()).isPresent();
      assertThat(cell.comparable()).isFalse();
      assertThat(cell.difference()).isEmpty();
    }
    assertThat(TableText.of(report()).markdown()).contains("| ‡ |").contains("- ‡: not compared");
    assertThat(JsonReport.of(List.of(report())).toString()).contains("\"comparable\":false");
  }

  @Test
  void aSeedThatOneRowLacksIsInNoDifference() throws IOException {
    result("plain", 0, "gqa", "accuracy", .5, "");
    result("plain", 1, "gqa", "accuracy", .5, "");
    result("graph", 1, "gqa", "accuracy", .7, "");
    result("graph", 2, "gqa", "accuracy", .9, "");
    Cell cell = cell(report(), "sg-mp", "gqa");
    assertThat(cell.measured().orElseThrow().value()).isCloseTo(80, within(1e-9));
    assertThat(cell.difference().orElseThrow().value()).isCloseTo(20, within(1e-9));
    assertThat(cell.difference().orElseThrow().seeds()).isEqualTo(1);
  }

  @Test
  void oneSeedHasIntervalsOverItems() throws IOException {
    result("plain", 0, "gqa", "accuracy", .25, "");
    result("matched", 0, "gqa", "accuracy", 1, "");
    Estimate without = cell(report(), "own", "gqa").difference().orElseThrow();
    assertThat(without.value()).isCloseTo(75, within(1e-9));
    assertThat(without.interval()).isEmpty();

    scores("plain", 0, "gqa", 0, 1, 0, 0);
    scores("matched", 0, "gqa", 1, 1, 1, 1);
    Cell cell = cell(report(), "own", "gqa");
    assertThat(cell.paper()).isEmpty();
    assertThat(cell.measured().orElseThrow().basis()).isEqualTo("items");
    assertThat(cell.measured().orElseThrow().interval().orElseThrow().high())
        .isCloseTo(102, within(1e-9));
    Estimate difference = cell.difference().orElseThrow();
    assertThat(difference.basis()).isEqualTo("items");
    assertThat(difference.interval().orElseThrow().low()).isBetween(0.0, 50.0);

    scores("matched", 0, "gqa", 1, 1, 1, 1, 1); // Not the same items.
    assertThat(cell(report(), "own", "gqa").difference().orElseThrow().interval()).isEmpty();
  }

  @Test
  void everyCellSaysWhatItIs() throws IOException {
    result("plain", 0, "coco2017_cap_val", "CIDEr", 1.1, "");
    result("plain", 0, "gqa", "accuracy", .6197, "\"limit\": 5");
    TableText text = TableText.of(report());
    assertThat(text.header()).containsExactly("row", "figures", "GQA", "MMB", "COCO", "Rel");
    assertThat(text.lines())
        .contains(
            List.of("none", "paper", "61.97", "64.80", "110.38", "77.49"),
            List.of("", "measured", "61.97 ±1.50†", "not run", "110.00 ±1.50", "not run"),
            List.of("SG + MP", "paper", "63.06", "65.89", "112.37", "79.42"),
            List.of("", "measured", "not run", "not run", "not run", "not run"),
            List.of("ours, alone", "paper", "–", "–", "–", "–"));
    assertThat(text.notes())
        .anyMatch(note -> note.startsWith("†"))
        .anyMatch(note -> note.contains("one seed") && note.contains("over items"))
        .anyMatch(note -> note.contains("LLaVA-SG: Leveraging Scene Graphs"));
    assertThat(text.markdown()).contains("| none | paper | 61.97 | 64.80 | 110.38 | 77.49 |");
    assertThat(CsvReport.of(List.of(report())).lines())
        .contains(
            "2,none,gqa,paper,61.97,,,,,,,,,",
            "2,none,mmb,not run,,,,,,,,,,",
            "2,\"ours, alone\",gqa,not run,,,,,,,,,,")
        .anyMatch(
            line -> line.startsWith("2,none,coco,measured,110.0") && line.contains("items,1,true"))
        .anyMatch(
            line -> line.startsWith("2,none,gqa,measured,61.97") && line.contains("items,1,false"))
        .allMatch(
            line -> line.replaceAll("\"[^\"]*\"", "").chars().filter(c -> c == ',').count() == 13);
  }

  @Test
  void nothingRunIsSaidToBe() {
    assertThat(TableText.of(report()).notes()).contains("measured: nothing has been run.");
    assertThat(TableText.of(TableReport.of(PaperTable.of(1), Reproduction.read(file))).lines())
        .hasSize(16);
  }

  @Test
  void chartShowsBothKindsOfFigures() throws IOException {
    int paperOnly = coloured(ChartPainter.paint(report()), 0x1f63b5);
    for (int seed = 0; seed < 3; seed++) {
      result("plain", seed, "gqa", "accuracy", .6 + .01 * seed, "");
    }
    Path png = folder.resolve("table.png");
    ChartPainter.write(report(), png);
    assertThat(png).isNotEmptyFile();
    BufferedImage chart = ChartPainter.paint(report());
    assertThat(coloured(chart, 0x1f63b5)).isGreaterThan(paperOnly + 100);
    assertThat(coloured(chart, 0xd1660a)).isGreaterThan(300);
  }

  private static int coloured(BufferedImage image, int colour) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += (image.getRGB(x, y) & 0xffffff) == colour ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void damagedSummaryIsNamed() throws IOException {
    result("plain", 0, "gqa", "accuracy", .5, "");
    Path summary = folder.resolve("results/plain/seed-0/gqa/summary.json");
    Files.writeString(summary, Files.readString(summary).substring(0, 40));
    assertThatThrownBy(this::report)
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("summary.json' is damaged");
  }
}

package io.llavasg.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which runs a file asks for, and what is wrong with bad ones. */
class ReproductionTest {
  private static final Path FULL = Path.of("../tables/full.yaml");

  @TempDir private Path folder;

  private Reproduction read(String yaml) throws IOException {
    Path file = folder.resolve("t.yaml");
    Files.writeString(file, yaml);
    return Reproduction.read(file);
  }

  @Test
  void runsAreCommandLines() throws IOException {
    Reproduction file =
        read(
            """
            results: out
            tasks: {gqa: {data: d, limit: 3}, mmbench_en: {data: m, split: dev}}
            models:
              sg: {model: "sg-{seed}/model", no-scene-graph: true, strict: false, seeds: [4, 7],
                   make: ["train --config c.yaml --set out=sg-{seed}"]}
            tables: {3: {rows: {sge-d: sg}}}
            """);
    List<PlannedRun> runs = file.runs(PaperTable.of(3));
    assertThat(runs).hasSize(4);
    PlannedRun run = runs.get(2);
    assertThat(run.folder()).isEqualTo(Path.of("out/sg/seed-7/gqa"));
    assertThat(run.arguments())
        .containsExactly(
            "eval",
            "--task",
            "gqa",
            "--data",
            "d",
            "--limit",
            "3",
            "--model",
            "sg-7/model",
            "--no-scene-graph",
            "--out",
            Path.of("out/sg/seed-7/gqa").toString());
    assertThat(run.missing()).containsExactly("--data d", "--model " + Path.of("sg-7/model"));
    assertThat(run.isToBeMade()).as("without data a model is of no use").isFalse();
    assertThat(run.make())
        .singleElement()
        .extracting(Reproduction.Making::line)
        .isEqualTo(List.of("train", "--config", "c.yaml", "--set", "out=sg-7"));
    assertThat(run.isDone()).isFalse();
    assertThat(file.runs(PaperTable.of(1))).isEmpty();
  }

  @Test
  void answersThatAreThereAreScored() throws IOException {
    Reproduction file =
        read(
            """
            results: out
            tasks: {gqa: {data: d, limit: 3}}
            models: {majority: {answers: "baselines/{task}.jsonl"}}
            tables: {3: {rows: {majority: {model: majority, title: a constant}}}}
            """);
    PlannedRun run = file.runs(PaperTable.of(3)).getFirst();
    assertThat(String.join(" ", run.arguments()))
        .isEqualTo(
            "score --task gqa --data d --limit 3 --answers baselines/gqa.jsonl"
                + " --out "
                + Path.of("out/majority/seed-0/gqa"));
    assertThat(run.missing())
        .containsExactly("--answers " + Path.of("baselines/gqa.jsonl"), "--data d");
  }

  /** What a command makes is not made again, and may be data. */
  @Test
  void partsThatAreThereAreKept() throws IOException {
    Reproduction file =
        read(
            """
            results: out
            tasks: {gqa: {data: drawn/gqa}, rel: {data: nowhere}}
            models:
              sg: {model: "sg-{seed}/model", seeds: [4],
                   make: [{makes: %s, run: world}, {makes: [drawn, %s], run: "draw"},
                          {makes: "sg-{seed}/model", run: "train {seed}"}]}
            tables: {3: {rows: {sge-d: sg}}}
            """
                .formatted(folder, folder));
    PlannedRun run = file.runs(PaperTable.of(3)).getFirst();
    assertThat(run.isToBeMade()).as("its data lie where a command makes them").isTrue();
    assertThat(file.runs(PaperTable.of(3)).getLast().isToBeMade())
        .as("nothing makes these data")
        .isFalse();
    assertThat(run.make().stream().filter(making -> !making.isDone()))
        .extracting(Reproduction.Making::line)
        .containsExactly(List.of("draw"), List.of("train", "4"));
  }

  /** Every recipe that it trains by is there, and each command says what it makes. */
  @Test
  void theMiniaturesFileIsWhole() {
    Reproduction mini = Reproduction.read(FULL.resolveSibling("mini.yaml"));
    assertThat(mini.runs(PaperTable.of(2))).hasSize((6 * 3 + 2) * 4);
    List<PlannedRun> runs =
        PaperTable.all().stream().flatMap(table -> mini.runs(table).stream()).toList();
    for (PlannedRun run : runs) {
      assertThat(run.isToBeMade()).isTrue();
      for (Reproduction.Making making : run.make()) {
        assertThat(making.makes()).isNotEmpty();
        List<String> line = making.line();
        int config = line.indexOf("--config");
        if (config >= 0) {
          assertThat(Path.of("..").resolve(line.get(config + 1))).exists();
        }
      }
    }
  }

  /** All abilities of MMBench come from one run. */
  @Test
  void theShippedFileFillsAllThreeTables() {
    Reproduction full = Reproduction.read(FULL);
    assertThat(full.runs(PaperTable.of(1))).hasSize(3 * 6);
    assertThat(full.runs(PaperTable.of(2))).hasSize(6 * 4);
    assertThat(full.runs(PaperTable.of(3))).hasSize(3 * 4);
    assertThat(full.runs(PaperTable.of(2)).get(0).arguments()).contains("--no-scene-graph");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "results: o\\nfigures: {} | unknown key 'figures'",
        "results: o\\nmodels: {a: {model: m, seeds: [1, 2]}} | 2 seeds, but no option of it has {seed}",
        "results: [o] | results has to be a text",
        "results: o\\ntables: {4: {rows: {}}} | tables.4 is no table of the paper",
        "results: o\\ntables: {a: {rows: {}}} | tables.a is no table of the paper",
        "results: o\\ntables: {2: {rows: {none: m}}} | names the model 'm', which is not among",
        "results: o\\nmodels: {m: {model: d}}\\ntables: {2: {rows: {nome: m}}} | no row of the paper's table 2 (none, sg,",
        "results: o\\nmodels: {m: {model: d}}\\ntables: {2: {against: sg, rows: {none: m}}} | compares with 'sg'",
        "results: o\\nmodels: {m: {model: d, seeds: 3}} | seeds has to be a list",
        "results: o\\nmodels: {m: {model: d, seeds: [x]}} | has to be a whole number",
        "results: o\\nresults: p | is not YAML (line 2)",
        "tasks: {} | results has to be a text, not nothing",
      })
  void badFilesAreRefused(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml.replace("\\n", "\n")))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("t.yaml")
        .hasMessageContaining(message);
  }

  @Test
  void absentFileIsNamed() {
    assertThatThrownBy(() -> Reproduction.read(folder.resolve("none.yaml")))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("there is no")
        .hasMessageContaining("none.yaml");
  }
}

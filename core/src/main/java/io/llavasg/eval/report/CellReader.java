package io.llavasg.eval.report;

import io.llavasg.eval.Comparison;
import io.llavasg.eval.metric.Bootstrap;
import io.llavasg.eval.metric.Interval;
import io.llavasg.eval.metric.PairedTest;
import io.llavasg.eval.metric.StudentInterval;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Cells of a table from the runs that are there. */
record CellReader(Reproduction reproduction, Reproduction.Table ours) {
  private static final double LEVEL = .95;
  private static final double HUNDREDTHS = 100;

  Cell cell(PaperTable.Row row, PaperTable.Column column) {
    Optional<Double> paper = Optional.ofNullable(row.figures().get(column.id()));
    Map<Integer, RunResult> runs = runs(row.id(), column);
    boolean compared = !ours.against().equals(Optional.of(row.id()));
    Map<Integer, RunResult> base =
        compared ? ours.against().map(id -> runs(id, column)).orElse(Map.of()) : Map.of();
    boolean whole = runs.values().stream().allMatch(RunResult::isWhole);
    boolean comparable =
        runs.entrySet().stream()
            .allMatch(
                run ->
                    Optional.ofNullable(base.get(run.getKey()))
                        .map(other -> other.asked().equals(run.getValue().asked()))
                        .orElse(true));
    Optional<Estimate> difference = comparable ? difference(runs, base, column) : Optional.empty();
    return new Cell(paper, measured(runs, column), difference, comparable, whole);
  }

  /** The runs of a row that have the column's figure, by seed. */
  private Map<Integer, RunResult> runs(String row, PaperTable.Column column) {
    Map<Integer, RunResult> runs = new TreeMap<>();
    Optional.ofNullable(ours.rows().get(row))
        .ifPresent(
            known -> {
              for (int seed : reproduction.model(known.model()).seeds()) {
                RunResult.read(reproduction.folder(known.model(), seed, column.task()))
                    .filter(result -> result.figure(column).isPresent())
                    .ifPresent(result -> runs.put(seed, result));
              }
            });
    return runs;
  }

  private static Optional<Estimate> measured(
      Map<Integer, RunResult> runs, PaperTable.Column column) {
    List<RunResult.Value> values =
        runs.values().stream().flatMap(run -> run.figure(column).stream()).toList();
    if (values.isEmpty()) {
      return Optional.empty();
    }
    if (values.size() == 1) {
      RunResult.Value one = values.get(0);
      return Optional.of(new Estimate(one.value(), one.interval(), 1));
    }
    return Optional.of(overSeeds(values.stream().mapToDouble(RunResult.Value::value).toArray()));
  }

  private static Estimate overSeeds(double[] values) {
    Interval interval = StudentInterval.of(values, LEVEL);
    return new Estimate(interval.estimate(), Optional.of(interval), values.length);
  }

  private static Optional<Estimate> difference(
      Map<Integer, RunResult> runs, Map<Integer, RunResult> base, PaperTable.Column column) {
    List<Integer> seeds = runs.keySet().stream().filter(base::containsKey).toList();
    double[] differences =
        seeds.stream()
            .mapToDouble(seed -> value(runs, seed, column) - value(base, seed, column))
            .toArray();
    if (differences.length == 0) {
      return Optional.empty();
    }
    if (differences.length > 1) {
      return Optional.of(overSeeds(differences));
    }
    Optional<Interval> interval = overItems(runs, base, seeds.get(0), column);
    return Optional.of(new Estimate(differences[0], interval, 1));
  }

  private static double value(Map<Integer, RunResult> runs, int seed, PaperTable.Column column) {
    return Optional.ofNullable(runs.get(seed))
        .flatMap(run -> run.figure(column))
        .map(RunResult.Value::value)
        .orElseThrow();
  }

  /** Of two runs of the same items, where the figure is a mean over them. */
  private static Optional<Interval> overItems(
      Map<Integer, RunResult> runs,
      Map<Integer, RunResult> base,
      int seed,
      PaperTable.Column column) {
    RunResult run = Optional.ofNullable(runs.get(seed)).orElseThrow();
    RunResult other = Optional.ofNullable(base.get(seed)).orElseThrow();
    boolean isMean =
        run.figure(column).flatMap(RunResult.Value::interval).isPresent()
            && other.figure(column).flatMap(RunResult.Value::interval).isPresent();
    if (!isMean || !hasScores(run) || !hasScores(other)) {
      return Optional.empty();
    }
    Comparison comparison = Comparison.of(run.folder(), other.folder(), Bootstrap.DEFAULT);
    if (comparison.onlyFirst() + comparison.onlySecond() > 0) {
      return Optional.empty();
    }
    Optional<PairedTest> test =
        column.category().isEmpty()
            ? Optional.of(comparison.all())
            : Optional.ofNullable(comparison.categories().get(column.category()));
    return test.map(PairedTest::difference)
        .map(
            found ->
                new Interval(
                    HUNDREDTHS * found.estimate(),
                    HUNDREDTHS * found.low(),
                    HUNDREDTHS * found.high(),
                    found.level()));
  }

  private static boolean hasScores(RunResult run) {
    return Files.exists(run.folder().resolve("scores.jsonl"));
  }
}

package io.llavasg.app;

import io.llavasg.eval.report.PlannedRun;
import io.llavasg.eval.report.Reproduction;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The runs that tables need: those that are not there are made, each by the command line that a
 * person would type.
 */
final class TableRuns {
  private final List<PlannedRun> runs;
  private final PrintWriter err;

  /** Exit codes of what has made models, so that nothing is run for every task anew. */
  private final Map<List<String>, Integer> made = new HashMap<>();

  TableRuns(List<PlannedRun> runs, PrintWriter err) {
    this.runs = runs;
    this.err = err;
  }

  /** Makes what can be made; the exit code of the first that failed, or 0. */
  int run() {
    int code = 0;
    List<PlannedRun> open = runs.stream().filter(run -> !run.isDone()).toList();
    err.printf("llava-sg: %d of %d runs are there%n", runs.size() - open.size(), runs.size());
    for (PlannedRun run : open) {
      int result = make(run);
      if (result == 0 && run.missing().isEmpty()) {
        err.printf("llava-sg: %s%n", run.name());
        result = execute(run.arguments());
      }
      code = code == 0 ? result : code;
    }
    return code;
  }

  /** Makes the run's model where it is not there and there is a way. */
  private int make(PlannedRun run) {
    if (!run.isToBeMade()) {
      return 0;
    }
    for (Reproduction.Making making : run.make()) {
      if (!making.isDone()) {
        int code = made.computeIfAbsent(making.line(), this::execute);
        if (code != 0) {
          return code;
        }
      }
    }
    return 0;
  }

  /** In this process; what it prints as its result is no result of ours. */
  private int execute(List<String> line) {
    err.printf("llava-sg: llava-sg %s%n", String.join(" ", line));
    return Main.run(err, err, line.toArray(String[]::new));
  }

  /** Tells what has not been run, and what it lacks. */
  void tellMissing() {
    List<String> lines = new ArrayList<>();
    for (PlannedRun run : runs) {
      if (!run.isDone()) {
        List<String> missing = run.missing();
        lines.add(
            run.name()
                + ": "
                + (missing.isEmpty()
                    ? "has not ended"
                    : String.join(", ", missing) + " not there"));
      }
    }
    if (!lines.isEmpty()) {
      err.printf("llava-sg: %d of %d runs are not there:%n", lines.size(), runs.size());
      lines.forEach(line -> err.println("  " + line));
    }
  }
}

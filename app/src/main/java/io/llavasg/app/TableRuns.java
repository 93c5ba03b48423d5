package io.llavasg.app;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.report.PlannedRun;
import io.llavasg.eval.report.Reproduction;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.ToIntFunction;

/**
 * The runs that tables need: those that are not there are made, each by the command line that a
 * person would type. One after another they run in this process; several at once, each in its own.
 */
final class TableRuns {
  private final List<PlannedRun> runs;
  private final Path logs;
  private final int jobs;
  private final PrintWriter err;

  /** Exit codes of what has made models, so that nothing is run for every task anew. */
  private final Map<List<String>, FutureTask<Integer>> made = new ConcurrentHashMap<>();

  /**
   * @param logs folder of what processes of their own print
   * @param jobs how many command lines run at once
   */
  TableRuns(List<PlannedRun> runs, Path logs, int jobs, PrintWriter err) {
    if (jobs < 1) {
      throw LlavaSgException.user("--jobs is %d, but has to be positive", jobs);
    }
    this.runs = runs;
    this.logs = logs;
    this.jobs = jobs;
    this.err = err;
  }

  /** Makes what can be made; the exit code of the first that failed, or 0. */
  int run() {
    List<PlannedRun> open = runs.stream().filter(run -> !run.isDone()).toList();
    err.printf("llava-sg: %d of %d runs are there%n", runs.size() - open.size(), runs.size());
    if (jobs == 1) {
      return open.stream().map(this::finish).reduce(0, TableRuns::first);
    }
    Map<List<Reproduction.Making>, PlannedRun> models = new LinkedHashMap<>();
    open.stream()
        .filter(PlannedRun::isToBeMade)
        .forEach(run -> models.putIfAbsent(run.make(), run));
    // First models, one run each: the runs of one model would wait for one another.
    int making = atOnce(List.copyOf(models.values()), this::make);
    return first(making, atOnce(open, this::finish));
  }

  private static int first(int code, int next) {
    return code == 0 ? next : code;
  }

  private int atOnce(List<PlannedRun> open, ToIntFunction<PlannedRun> step) {
    int code = 0;
    try (ExecutorService workers = Executors.newFixedThreadPool(jobs)) {
      List<Future<Integer>> codes =
          open.stream()
              .map(run -> workers.submit((Callable<Integer>) () -> step.applyAsInt(run)))
              .toList();
      for (Future<Integer> one : codes) {
        code = first(code, ChildProcess.code(one));
      }
    }
    return code;
  }

  /** Makes the run's model, and runs it if nothing is missing then. */
  private int finish(PlannedRun run) {
    int code = make(run);
    if (code == 0 && run.missing().isEmpty()) {
      err.printf("llava-sg: %s%n", run.name());
      return execute(run.arguments());
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
        FutureTask<Integer> task =
            made.computeIfAbsent(making.line(), line -> new FutureTask<>(() -> execute(line)));
        task.run(); // once: whoever comes later waits for it
        int code = ChildProcess.code(task);
        if (code != 0) {
          return code;
        }
      }
    }
    return 0;
  }

  /** What it prints as its result is no result of ours. */
  private int execute(List<String> line) {
    String words = String.join(" ", line);
    if (jobs == 1) {
      err.printf("llava-sg: llava-sg %s%n", words);
      return Main.run(err, err, line.toArray(String[]::new));
    }
    Path log = logs.resolve("%s-%08x.log".formatted(line.getFirst(), words.hashCode()));
    err.printf("llava-sg: llava-sg %s (see %s)%n", words, log);
    int code = ChildProcess.run(line, log);
    err.printf("llava-sg: %s: llava-sg %s%n", code == 0 ? "done" : "failed with " + code, words);
    return code;
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

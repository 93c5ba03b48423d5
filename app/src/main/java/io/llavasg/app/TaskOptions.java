package io.llavasg.app;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.ItemSet;
import io.llavasg.eval.task.Problems;
import io.llavasg.eval.task.Task;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what is evaluated. */
final class TaskOptions {
  @Option(
      names = "--task",
      required = true,
      paramLabel = "T",
      description = "The benchmark, see eval --list.")
  private String task = "";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The folder with the benchmark's own files.")
  private Path data = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "S",
      description = "The part of the data set (default: the task's usual one).")
  private @Nullable String split;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "The first N items alone; of MMBench, questions with their rotations; of POPE, of its"
              + " categories in turn.")
  private @Nullable Integer limit;

  @Option(names = "--strict", description = "Stop at the first line that is malformed.")
  private boolean strict;

  /** Problems of this run, which are told on {@code err} as they come. */
  Problems problems(PrintWriter err) {
    return new Problems(
        strict ? Problems.Handling.STOP : Problems.Handling.COUNT,
        problem -> err.println("llava-sg: " + Failure.oneLine(problem)));
  }

  /** For what is told elsewhere. */
  Problems silent() {
    return new Problems(Problems.Handling.COUNT, problem -> {});
  }

  ItemSet read(Problems problems) {
    Task chosen = Task.named(task);
    ItemSet set = chosen.read(data, split == null ? chosen.splits().getFirst() : split, problems);
    if (set.items().isEmpty()) {
      throw LlavaSgException.user("'%s' holds no item of %s that can be used", data, task);
    }
    return set;
  }

  /** Refuses what cannot be, before anything is read. */
  void require() {
    if (limit != null && limit < 1) {
      throw LlavaSgException.user("--limit is %d, but has to be positive", limit);
    }
  }

  /** The items that are asked for. */
  List<EvalItem> items(ItemSet set) {
    return limit == null ? set.items() : set.task().first(set.items(), limit);
  }

  OptionalInt limit() {
    return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
  }
}

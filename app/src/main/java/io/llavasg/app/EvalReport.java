package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.eval.RunFolder;
import io.llavasg.eval.Summary;
import io.llavasg.eval.task.Figure;
import io.llavasg.eval.task.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tells the result of an evaluation and writes it down. */
record EvalReport(Summary summary, ObjectNode configuration, Problems problems) {

  /**
   * @param folder where the result is kept, if anywhere
   */
  void write(Optional<RunFolder> folder, OutputFormat format, PrintWriter out, PrintWriter err) {
    ObjectNode json = summary.toJson(configuration, problems);
    List<Path> files = folder.map(f -> summary.write(f, json)).orElse(List.of());
    if (summary.missing() > 0) {
      err.printf(
          "llava-sg: %d of %d items have no answer; the figures are of the others%n",
          summary.missing(), summary.items());
    }
    if (folder.isPresent() && summary.lacksSubmission()) {
      err.printf(
          "llava-sg: the file for the server is written when all %d items of the split are answered;"
              + " %d are%n",
          summary.set().items().size(), summary.answered().size());
    }
    if (summary.leftOut() > 0) {
      err.printf(
          "llava-sg: %d questions or statements count only with all their items, and have answers to"
              + " some: they are left out%n",
          summary.leftOut());
    }
    if (problems.count() > 0) {
      err.printf("llava-sg: %d problems%n", problems.count());
    }
    if (format.isJson()) {
      out.println(json);
      return;
    }
    print(out);
    files.forEach(file -> err.println("llava-sg: wrote " + file));
  }

  private void print(PrintWriter out) {
    if (summary.scores().isEmpty()) {
      out.printf(
          "%s (%s): %d answers, nothing to score them with%n",
          summary.set().task().name(), summary.set().split(), summary.answered().size());
      return;
    }
    Table table =
        new Table()
            .row(
                "%s (%s)".formatted(summary.set().task().name(), summary.set().split()),
                "metric",
                "value",
                "95 % interval",
                "items");
    for (Figure figure : summary.scores().get().figures()) {
      table.row(
          figure.category().isEmpty() ? "all" : figure.category(),
          figure.metric(),
          shown(figure.value()),
          figure
              .interval()
              .map(interval -> shown(interval.low()) + " … " + shown(interval.high()))
              .orElse(""),
          String.valueOf(figure.items()));
    }
    out.println(table);
  }

  /** In hundredths, as tables of benchmarks have it. */
  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.2f", 100 * value);
  }
}

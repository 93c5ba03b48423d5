package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.eval.Comparison;
import io.llavasg.eval.metric.Bootstrap;
import io.llavasg.eval.metric.PairedTest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llava-sg compare}: is one run better than another on the same items? */
@Command(
    name = "compare",
    description = "Compare two runs of a benchmark, item by item.",
    footer = {
      "",
      "Example: llava-sg compare runs/gqa-llava-sg runs/gqa-llava",
      "A difference is A minus B, with the 95 %% interval of a paired bootstrap; p is the exact sign"
          + " test's."
    })
final class CompareCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private OutputFormat format = new OutputFormat();

  @Parameters(index = "0", paramLabel = "A", description = "The folder of a run.")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "The folder of another.")
  private Path second = Path.of("");

  @Override
  public void run() {
    Comparison comparison = Comparison.of(first, second, Bootstrap.DEFAULT);
    if (comparison.onlyFirst() + comparison.onlySecond() > 0) {
      err()
          .printf(
              "llava-sg: %d items are in A only and %d in B only: they are left out%n",
              comparison.onlyFirst(), comparison.onlySecond());
    }
    if (format.isJson()) {
      out().println(json(comparison));
      return;
    }
    out()
        .printf(
            Locale.ROOT,
            "A %s %.2f%nB %s %.2f%n%n",
            comparison.first().folder(),
            100 * comparison.first().mean(),
            comparison.second().folder(),
            100 * comparison.second().mean());
    Table table =
        new Table()
            .row(comparison.task(), "A - B", "95 % interval", "A better", "B better", "p", "items");
    row(table, "all", comparison.all());
    comparison.categories().forEach((name, test) -> row(table, name, test));
    out().println(table);
  }

  private static void row(Table table, String name, PairedTest test) {
    table.row(
        name,
        String.format(Locale.ROOT, "%+.2f", 100 * test.difference().estimate()),
        String.format(
            Locale.ROOT,
            "%+.2f … %+.2f",
            100 * test.difference().low(),
            100 * test.difference().high()),
        String.valueOf(test.better()),
        String.valueOf(test.worse()),
        String.format(Locale.ROOT, "%.4f", test.pValue()),
        String.valueOf(test.items()));
  }

  private static ObjectNode json(Comparison comparison) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("task", comparison.task());
    json.put("a", comparison.first().folder().toString()).put("a_mean", comparison.first().mean());
    json.put("b", comparison.second().folder().toString())
        .put("b_mean", comparison.second().mean());
    json.put("only_a", comparison.onlyFirst()).put("only_b", comparison.onlySecond());
    json.set("all", json(comparison.all()));
    ObjectNode categories = json.putObject("categories");
    comparison.categories().forEach((name, test) -> categories.set(name, json(test)));
    return json;
  }

  private static ObjectNode json(PairedTest test) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("difference", test.difference().estimate())
        .put("low", test.difference().low())
        .put("high", test.difference().high())
        .put("better", test.better())
        .put("worse", test.worse())
        .put("p", test.pValue())
        .put("items", test.items());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}

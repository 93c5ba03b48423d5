package io.llavasg.app;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.report.ChartPainter;
import io.llavasg.eval.report.CsvReport;
import io.llavasg.eval.report.JsonReport;
import io.llavasg.eval.report.PaperTable;
import io.llavasg.eval.report.PlannedRun;
import io.llavasg.eval.report.Reproduction;
import io.llavasg.eval.report.TableReport;
import io.llavasg.eval.report.TableText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg reproduce}: the paper's tables with our figures beside them. */
@Command(
    name = "reproduce",
    description = "Make the paper's tables again, ours beside the printed figures.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg reproduce --table 1 --scale full",
      "  llava-sg reproduce --table 2 --scale mini --jobs 2",
      "  llava-sg reproduce --table 2 --table 3 --config tables/full.yaml --report-only",
      "Runs that are there are kept, those that were interrupted go on. The tables are printed and"
          + " written as Markdown, CSV and PNG."
    })
final class ReproduceCommand implements Callable<Integer> {

  /** How large a reproduction is. */
  enum Scale {
    MINI,
    FULL
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(
      names = "--table",
      paramLabel = "N",
      description = "1, 2 or 3; may be repeated (default: all).")
  private List<Integer> numbers = new ArrayList<>();

  @Option(
      names = "--scale",
      paramLabel = "S",
      defaultValue = "full",
      description = "full, or mini: the file tables/S.yaml says what is run (default: full).")
  private Scale scale = Scale.FULL;

  @Option(
      names = "--config",
      paramLabel = "F.yaml",
      description = "Another file that says what is run.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the tables are written (default: the folder of the runs).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--report-only", description = "Run nothing; tell what is there.")
  private boolean reportOnly;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Trainings and evaluations at once, each in a process of its own with its log in"
              + " DIR/logs; a small model trains on one core (default: 1).")
  private int jobs = 1;

  @Override
  public Integer call() {
    Reproduction reproduction =
        Reproduction.read(Checkout.resolve(config.orElseGet(this::ofScale)));
    List<PaperTable> tables =
        numbers.isEmpty()
            ? PaperTable.all()
            : numbers.stream().distinct().map(PaperTable::of).toList();
    Map<Path, PlannedRun> runs = new LinkedHashMap<>();
    tables.forEach(
        table -> reproduction.runs(table).forEach(run -> runs.putIfAbsent(run.folder(), run)));
    TableRuns work =
        new TableRuns(
            List.copyOf(runs.values()),
            out.orElse(reproduction.results()).resolve("logs"),
            jobs,
            spec.commandLine().getErr());
    int failed = reportOnly ? 0 : work.run();
    work.tellMissing();
    report(
        tables.stream().map(table -> TableReport.of(table, reproduction)).toList(), reproduction);
    return failed;
  }

  private Path ofScale() {
    return Path.of("tables", scale.name().toLowerCase(Locale.ROOT) + ".yaml");
  }

  private void report(List<TableReport> reports, Reproduction reproduction) {
    Path folder = out.orElse(reproduction.results());
    PrintWriter printer = spec.commandLine().getOut();
    if (format.isJson()) {
      printer.println(JsonReport.of(reports));
    }
    try {
      Files.createDirectories(folder);
      for (TableReport report : reports) {
        TableText text = TableText.of(report);
        if (!format.isJson()) {
          print(text, printer);
        }
        String name = "table-" + report.table().number();
        Files.writeString(folder.resolve(name + ".md"), text.markdown());
        Files.writeString(folder.resolve(name + ".csv"), CsvReport.of(List.of(report)));
        ChartPainter.write(report, folder.resolve(name + ".png"));
        spec.commandLine()
            .getErr()
            .printf("llava-sg: wrote %s.md, .csv and .png%n", folder.resolve(name));
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "'%s' cannot be written: %s; choose another --out", folder, e.toString());
    }
  }

  private static void print(TableText text, PrintWriter printer) {
    printer.println(text.title());
    Table table = new Table().row(text.header().toArray(String[]::new));
    text.lines().forEach(line -> table.row(line.toArray(String[]::new)));
    printer.println(table);
    text.notes().forEach(printer::println);
    printer.println();
  }
}

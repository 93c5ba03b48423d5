package io.llavasg.eval.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table as comma-separated values (RFC 4180): a line for every cell and whose figure it is,
 * {@code state} being paper, measured or not run.
 */
public final class CsvReport {
  private static final List<String> HEADER =
      List.of(
          "table",
          "row",
          "column",
          "state",
          "value",
          "low",
          "high",
          "interval_over",
          "seeds",
          "all_items",
          "difference",
          "difference_low",
          "difference_high",
          "against");

  private CsvReport() {}

  /** The tables, one below the other, with one header. */
  public static String of(List<TableReport> reports) {
    StringBuilder text = new StringBuilder(line(HEADER));
    for (TableReport report : reports) {
      for (TableReport.Line line : report.lines()) {
        line.cells()
            .forEach((column, cell) -> text.append(lines(report, line.title(), column, cell)));
      }
    }
    return text.toString();
  }

  private static String lines(TableReport report, String row, String column, Cell cell) {
    List<String> place = List.of(Integer.toString(report.table().number()), row, column);
    String paper =
        cell.paper()
            .map(
                figure ->
                    padded(place, "paper", TableText.number(figure, report.table().decimals())))
            .orElse("");
    return paper
        + cell.measured()
            .map(estimate -> measured(place, cell, estimate, report.against()))
            .orElseGet(() -> padded(place, TableText.NOT_RUN));
  }

  private static String measured(
      List<String> place, Cell cell, Estimate estimate, Optional<String> against) {
    Optional<Estimate> difference = cell.difference();
    return padded(
        place,
        "measured",
        Double.toString(estimate.value()),
        estimate.interval().map(known -> Double.toString(known.low())).orElse(""),
        estimate.interval().map(known -> Double.toString(known.high())).orElse(""),
        estimate.basis(),
        Integer.toString(estimate.seeds()),
        Boolean.toString(cell.whole()),
        difference.map(known -> Double.toString(known.value())).orElse(""),
        difference
            .flatMap(Estimate::interval)
            .map(known -> Double.toString(known.low()))
            .orElse(""),
        difference
            .flatMap(Estimate::interval)
            .map(known -> Double.toString(known.high()))
            .orElse(""),
        difference.isPresent() ? against.orElse("") : "");
  }

  private static String padded(List<String> place, String... cells) {
    return line(
        Stream.of(place.stream(), Stream.of(cells), Stream.generate(() -> ""))
            .flatMap(stream -> stream.limit(HEADER.size()))
            .limit(HEADER.size())
            .toList());
  }

  private static String line(List<String> cells) {
    return cells.stream().map(CsvReport::quoted).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String quoted(String cell) {
    return cell.matches("[^\",\r\n]*") ? cell : "\"" + cell.replace("\"", "\"\"") + "\"";
  }
}

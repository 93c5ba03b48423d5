package io.llavasg.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table as words: for every row of the paper a line of its figures, one of ours, and where there
 * is something to compare with one of the differences.
 *
 * @param title over the table
 * @param header of the columns; the first two are the row and whose figures they are
 * @param lines as many cells as the header has
 * @param notes what signs mean, a sentence each
 */
public record TableText(
    String title, List<String> header, List<List<String>> lines, List<String> notes) {
  static final String NOT_RUN = "not run";
  private static final String NOTHING = "–";
  private static final String INCOMPLETE = "†";
  private static final String OTHERS = "‡";
  private static final String CLAIMED = "*";

  public TableText {
    header = List.copyOf(header);
    lines = List.copyOf(lines);
    notes = List.copyOf(notes);
  }

  public static TableText of(TableReport report) {
    PaperTable table = report.table();
    List<String> header = new ArrayList<>(List.of("row", "figures"));
    table.columns().forEach(column -> header.add(column.title()));
    List<List<String>> lines = new ArrayList<>();
    for (TableReport.Line line : report.lines()) {
      List<Cell> cells = List.copyOf(line.cells().values());
      lines.add(line(line.title(), "paper", cells, cell -> paper(cell, table.decimals())));
      lines.add(line("", "measured", cells, cell -> measured(cell, table.decimals())));
      if (cells.stream().anyMatch(cell -> cell.difference().isPresent() || !cell.comparable())) {
        lines.add(line("", "difference", cells, cell -> difference(cell, table.decimals())));
      }
    }
    return new TableText(
        "Table %d. %s".formatted(table.number(), table.title()), header, lines, notes(report));
  }

  private interface Wording {
    String of(Cell cell);
  }

  private static List<String> line(String row, String figures, List<Cell> cells, Wording wording) {
    List<String> line = new ArrayList<>(List.of(row, figures));
    cells.forEach(cell -> line.add(wording.of(cell)));
    return line;
  }

  private static String paper(Cell cell, int decimals) {
    return cell.paper().map(figure -> number(figure, decimals)).orElse(NOTHING);
  }

  private static String measured(Cell cell, int decimals) {
    return cell.measured()
        .map(
            estimate ->
                number(estimate.value(), decimals)
                    + spread(estimate, decimals)
                    + (cell.whole() ? "" : INCOMPLETE))
        .orElse(NOT_RUN);
  }

  private static String difference(Cell cell, int decimals) {
    return cell.difference()
        .map(
            estimate ->
                (estimate.value() > 0 ? "+" : "")
                    + number(estimate.value(), decimals)
                    + spread(estimate, decimals)
                    + (estimate.excludesZero() ? CLAIMED : ""))
        .orElse(cell.comparable() ? NOTHING : OTHERS);
  }

  private static String spread(Estimate estimate, int decimals) {
    return estimate
        .interval()
        .map(interval -> " ±" + number((interval.high() - interval.low()) / 2, decimals))
        .orElse("");
  }

  static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static List<String> notes(TableReport report) {
    List<Cell> cells =
        report.lines().stream().flatMap(line -> line.cells().values().stream()).toList();
    List<String> notes = new ArrayList<>();
    notes.add("paper: as printed in \"%s\".".formatted(report.table().source()));
    List<Estimate> estimates = cells.stream().flatMap(cell -> cell.measured().stream()).toList();
    if (estimates.isEmpty()) {
      notes.add("measured: nothing has been run.");
      return notes;
    }
    notes.add(
        "measured: by this program, %s; ± is half the 95 %% interval%s."
            .formatted(seeds(estimates), over(estimates)));
    report
        .against()
        .ifPresent(
            row ->
                notes.add(
                    "difference: from the row \"%s\", seed by seed; %s where its 95 %% interval leaves zero out (over seeds: and has a width)."
                        .formatted(row, CLAIMED)));
    if (cells.stream().anyMatch(cell -> cell.measured().isPresent() && !cell.whole())) {
      notes.add(INCOMPLETE + ": not all items of the task were answered.");
    }
    if (cells.stream().anyMatch(cell -> !cell.comparable())) {
      notes.add(
          OTHERS
              + ": not compared, for the two rows' runs were asked different questions, or under"
              + " other ids.");
    }
    return notes;
  }

  private static String seeds(List<Estimate> estimates) {
    int fewest = estimates.stream().mapToInt(Estimate::seeds).min().orElse(0);
    int most = estimates.stream().mapToInt(Estimate::seeds).max().orElse(0);
    String range = fewest == most ? "" + most : fewest + " to " + most;
    return range.equals("1") ? "one seed" : "mean of " + range + " seeds";
  }

  private static String over(List<Estimate> estimates) {
    Set<String> bases =
        estimates.stream()
            .map(Estimate::basis)
            .filter(basis -> !basis.isEmpty())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return bases.isEmpty() ? "" : " over " + String.join(" or ", bases);
  }

  /** As Markdown. */
  public String markdown() {
    StringBuilder text = new StringBuilder("## " + title + "\n\n");
    text.append(row(header));
    text.append("|---|---|").append("--:|".repeat(header.size() - 2)).append('\n');
    lines.forEach(line -> text.append(row(line)));
    text.append('\n');
    notes.forEach(note -> text.append("- ").append(note.replace("*", "\\*")).append('\n'));
    return text.toString();
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|").replace("*", "\\*"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}

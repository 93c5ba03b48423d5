package io.llavasg.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A table of the paper with our figures beside its own.
 *
 * @param against title of the row that the others are compared with
 */
public record TableReport(PaperTable table, Optional<String> against, List<Line> lines) {
  public TableReport {
    lines = List.copyOf(lines);
  }

  /**
   * A row.
   *
   * @param cells by column, in order
   */
  public record Line(String id, String title, SequencedMap<String, Cell> cells) {}

  /** Reads all runs that are there. */
  public static TableReport of(PaperTable table, Reproduction reproduction) {
    Reproduction.Table ours = reproduction.table(table.number());
    SequencedMap<String, PaperTable.Row> rows = new LinkedHashMap<>();
    table.rows().forEach(row -> rows.put(row.id(), row));
    ours.rows()
        .forEach(
            (id, row) ->
                rows.putIfAbsent(id, new PaperTable.Row(id, row.title().orElse(id), Map.of())));
    CellReader reader = new CellReader(reproduction, ours);
    List<Line> lines = new ArrayList<>();
    for (PaperTable.Row row : rows.values()) {
      SequencedMap<String, Cell> cells = new LinkedHashMap<>();
      for (PaperTable.Column column : table.columns()) {
        cells.put(column.id(), reader.cell(row, column));
      }
      lines.add(new Line(row.id(), row.title(), cells));
    }
    Optional<String> against =
        ours.against().map(id -> Optional.ofNullable(rows.get(id)).orElseThrow().title());
    return new TableReport(table, against, lines);
  }
}

package io.llavasg.eval.report;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A table of the paper, with the figures printed there.
 *
 * @param number 1, 2 or 3
 * @param decimals digits behind the point
 * @param source the paper
 */
public record PaperTable(
    int number, String title, int decimals, List<Column> columns, List<Row> rows, String source) {
  private static final String RESOURCE = "paper.yaml";

  public PaperTable {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * A column and what it is measured by here.
   *
   * @param task whose run has the figure
   * @param metric such as "accuracy"
   * @param category of the items; empty: all of them
   */
  public record Column(String id, String title, String task, String metric, String category) {}

  /**
   * A row.
   *
   * @param figures by column, where the paper has one
   */
  public record Row(String id, String title, Map<String, Double> figures) {
    public Row {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
  }

  /** All three tables. */
  public static List<PaperTable> all() {
    return List.of(of(1), of(2), of(3));
  }

  /**
   * A table by its number in the paper.
   *
   * @throws LlavaSgException user, if there is none
   */
  public static PaperTable of(int number) {
    Yaml paper = Yaml.parse(RESOURCE, text());
    Yaml table = paper.at("tables").at(Integer.toString(number));
    if (table.isAbsent()) {
      throw LlavaSgException.user("the paper has tables 1, 2 and 3, and no table %d", number);
    }
    List<Column> columns =
        table.at("columns").items().stream()
            .map(id -> column(id.text(), paper.at("columns").at(id.text())))
            .toList();
    List<Row> rows = new ArrayList<>();
    table.at("rows").entries().forEach((id, row) -> rows.add(row(id, row)));
    return new PaperTable(
        number,
        table.at("title").text(),
        table.at("decimals").integer(),
        columns,
        rows,
        paper.at("source").text());
  }

  private static Column column(String id, Yaml column) {
    return new Column(
        id,
        column.at("title").text(),
        column.at("task").text(),
        column.at("metric").text(),
        column.at("category").optionalText().orElse(""));
  }

  private static Row row(String id, Yaml row) {
    Map<String, Double> figures = new LinkedHashMap<>();
    row.at("figures").entries().forEach((column, figure) -> figures.put(column, figure.number()));
    return new Row(id, row.at("title").text(), figures);
  }

  private static String text() {
    try (InputStream stream =
        Objects.requireNonNull(PaperTable.class.getResourceAsStream(RESOURCE))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

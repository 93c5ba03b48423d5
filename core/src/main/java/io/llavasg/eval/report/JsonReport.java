package io.llavasg.eval.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.eval.metric.Interval;
import java.util.List;

/**
 * Tables as one JSON object: {@code tables}, of each its rows, of each its {@code cells} by column
 * with the figures of the paper ({@code paper}) and ours ({@code measured}, {@code difference}),
 * where there are any.
 */
public final class JsonReport {
  private JsonReport() {}

  /** The tables, in their order. */
  public static ObjectNode of(List<TableReport> reports) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var tables = json.putArray("tables");
    for (TableReport report : reports) {
      ObjectNode table = tables.addObject();
      table.put("table", report.table().number());
      table.put("title", report.table().title());
      report.against().ifPresent(row -> table.put("against", row));
      var rows = table.putArray("rows");
      for (TableReport.Line line : report.lines()) {
        ObjectNode row = rows.addObject().put("row", line.id()).put("title", line.title());
        ObjectNode cells = row.putObject("cells");
        line.cells().forEach((column, cell) -> cells.set(column, json(cell)));
      }
    }
    return json;
  }

  private static ObjectNode json(Cell cell) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    cell.paper().ifPresent(figure -> json.put("paper", figure));
    cell.measured()
        .ifPresent(measured -> json.set("measured", json(measured).put("all_items", cell.whole())));
    cell.difference().ifPresent(difference -> json.set("difference", json(difference)));
    if (!cell.comparable()) {
      json.put("comparable", false);
    }
    return json;
  }

  private static ObjectNode json(Estimate estimate) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("value", estimate.value());
    if (estimate.interval().isPresent()) {
      Interval interval = estimate.interval().get();
      json.put("low", interval.low()).put("high", interval.high());
      json.put("interval_over", estimate.basis());
    }
    return json.put("seeds", estimate.seeds());
  }
}

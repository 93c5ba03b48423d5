package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.perception.PerceptionStage;
import java.util.Locale;
import java.util.Map;

/**
 * What the stages of the miniature's perception were measured to be.
 *
 * @param figures of each stage, by name
 */
record MiniStageFigures(Map<PerceptionStage, Map<String, Double>> figures) {

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    figures.forEach((stage, own) -> own.forEach(json.putObject(stage.toString())::put));
    return json;
  }

  Table table() {
    Table table = new Table().row("on held-out scenes", "");
    figures.forEach(
        (stage, own) ->
            own.forEach(
                (name, value) ->
                    table.row(stage + ", " + name, String.format(Locale.ROOT, "%.3f", value))));
    return table;
  }
}

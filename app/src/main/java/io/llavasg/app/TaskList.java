package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.eval.task.Task;
import java.io.PrintWriter;
import java.util.List;

/** What can be evaluated, and what files it takes. */
record TaskList(List<Task> tasks) {

  void print(PrintWriter out, OutputFormat format) {
    if (format.isJson()) {
      out.println(json());
      return;
    }
    for (Task task : tasks) {
      out.println("%s  %s".formatted(task.name(), task.description()));
      out.println(
          "  splits: %s; %d new tokens"
              .formatted(String.join(", ", task.splits()), task.maxNewTokens()));
      for (String files : task.files(task.splits().getFirst())) {
        out.println("  - " + files);
      }
      out.println();
    }
  }

  private ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("tasks");
    for (Task task : tasks) {
      ObjectNode entry = list.addObject().put("task", task.name());
      entry.put("description", task.description()).put("max_new_tokens", task.maxNewTokens());
      ObjectNode files = entry.putObject("files");
      for (String split : task.splits()) {
        ArrayNode choices = files.putArray(split);
        task.files(split).forEach(choices::add);
      }
    }
    return json;
  }
}

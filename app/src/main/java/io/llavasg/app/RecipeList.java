package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.train.recipe.RecipeFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** The recipes of a folder. */
record RecipeList(Path folder) {

  void print(PrintWriter out, OutputFormat format) {
    List<RecipeFile> recipes =
        RecipeFile.list(folder).stream().map(file -> RecipeFile.read(file, List.of())).toList();
    if (format.isJson()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      ArrayNode list = json.putArray("recipes");
      for (RecipeFile file : recipes) {
        list.addObject()
            .put("config", file.path().toString())
            .put("description", file.recipe().description())
            .put("model", file.recipe().model().toString())
            .put("out", file.recipe().out().toString());
      }
      out.println(json);
      return;
    }
    int width = recipes.stream().mapToInt(file -> file.path().toString().length()).max().orElse(0);
    for (RecipeFile file : recipes) {
      String path = file.path().toString();
      out.println(path + " ".repeat(width - path.length()) + "  " + file.recipe().description());
    }
  }
}

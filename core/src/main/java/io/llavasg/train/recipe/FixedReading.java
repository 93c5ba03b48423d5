package io.llavasg.train.recipe;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the examples of a recipe depend on besides its data files, by the recipe's own names: all
 * but what is done about broken samples, which a run may change to go on. Folders are told as they
 * lie from the data file, so that a tree that moves as a whole stays the same.
 */
final class FixedReading {
  private FixedReading() {}

  static SortedMap<String, String> of(Recipe recipe) {
    SortedMap<String, String> fixed = new TreeMap<>();
    Recipe.Reading reading = recipe.reading();
    fixed.put("template", reading.template().name());
    fixed.put("aspect_ratio", reading.aspectRatio().name());
    fixed.put("scene_graph", reading.sceneGraph().name());
    fixed.put("max_length", Integer.toString(reading.maxLength()));
    for (int i = 0; i < recipe.data().size(); i++) {
      Recipe.Data data = recipe.data().get(i);
      String key = "data." + i + ".";
      data.images().ifPresent(at -> fixed.put(key + "images", from(data.file(), at)));
      if (reading.sceneGraph() == Recipe.SceneGraph.PRESENT) {
        data.entities().ifPresent(at -> fixed.put(key + "entities", from(data.file(), at)));
      }
    }
    // Each micro-batch drops other numbers.
    recipe
        .lora()
        .filter(lora -> lora.dropout() > 0)
        .ifPresent(
            lora -> fixed.put("micro_batch", Integer.toString(recipe.course().microBatch())));
    return fixed;
  }

  private static String from(Path file, Path folder) {
    Path start = file.toAbsolutePath().normalize().resolveSibling("");
    Path end = folder.toAbsolutePath().normalize();
    boolean related = end.startsWith(start.getRoot());
    return (related ? start.relativize(end) : end).toString().replace('\\', '/');
  }
}

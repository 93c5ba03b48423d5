package io.llavasg.app;

import io.llavasg.train.recipe.RecipeFile;
import java.util.List;

/** A recipe's values, each with where it comes from. */
final class RecipeTable {
  private static final int WIDEST = 60;

  private RecipeTable() {}

  static List<String> of(RecipeFile file) {
    List<RecipeFile.Value> values =
        file.values().stream().filter(value -> !value.key().equals("description")).toList();
    int keys = values.stream().mapToInt(value -> value.key().length()).max().orElse(0);
    int texts =
        values.stream().mapToInt(value -> Math.min(WIDEST, value.text().length())).max().orElse(0);
    return values.stream()
        .map(
            value ->
                "%s  %s  # %s"
                    .formatted(
                        padded(value.key(), keys), padded(value.text(), texts), value.origin()))
        .toList();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}

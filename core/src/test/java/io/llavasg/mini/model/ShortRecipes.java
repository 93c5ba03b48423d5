package io.llavasg.mini.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The miniature's recipes, of two steps each, on however few samples there are. */
final class ShortRecipes {
  private static final Path RECIPES = Path.of("../configs/mini").toAbsolutePath().normalize();

  private ShortRecipes() {}

  static Path in(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String stage : new String[] {"stage1", "stage2", "stage3"}) {
      Files.writeString(
          folder.resolve(stage + ".yaml"),
          "extends: %s%nsteps: 2%ndata: [{file: samples.json}]%n"
              .formatted(RECIPES.resolve(stage + ".yaml")));
    }
    return folder;
  }
}

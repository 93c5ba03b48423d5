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
    write(folder, "stage1", "{file: captions.json}");
    write(folder, "stage2", "{file: relations.json, entities: e}");
    String both = "{file: instructions.json, entities: e}, {file: relations.json, entities: e}";
    write(folder, "stage3", both);
    write(folder, "round2", both);
    write(folder, "round3", both);
    write(folder, "round4", both);
    return folder;
  }

  private static void write(Path folder, String stage, String data) throws IOException {
    Files.writeString(
        folder.resolve(stage + ".yaml"),
        "extends: %s%nsteps: 2%ndata: [%s]%n".formatted(RECIPES.resolve(stage + ".yaml"), data));
  }
}

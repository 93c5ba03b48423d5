package io.llavasg.app;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the recipes of the miniature's stages are. */
final class MiniRecipes {
  static final Path PLACE = Path.of("configs", "mini");

  @Option(
      names = "--recipes",
      paramLabel = "DIR",
      description =
          "Folder of the stages' recipes (default: configs/mini, here or in the checkout).")
  private Optional<Path> named = Optional.empty();

  Path folder() {
    return named.orElseGet(() -> Checkout.resolve(PLACE));
  }
}

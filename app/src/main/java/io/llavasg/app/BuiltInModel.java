package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model that answers when none is named: the miniature, which knows drawn scenes alone. It lies
 * in the checkout that this program was built from, with its perception inside.
 */
final class BuiltInModel {
  private static final Path PLACE = Path.of("models", "miniature");

  private BuiltInModel() {}

  /**
   * @throws LlavaSgException user, if this program is used away from its checkout
   */
  static Path directory() {
    Optional<Path> config = Checkout.find(PLACE.resolve("config.json"));
    return config
        .map(Path::getParent)
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "the built-in model (%s of the checkout) is not there: name a checkpoint with"
                        + " --model DIR",
                    PLACE));
  }
}

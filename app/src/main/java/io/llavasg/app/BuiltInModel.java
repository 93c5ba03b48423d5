package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;

/**
 * The model that answers when none is named: the miniature, which knows drawn scenes alone. It lies
 * in the checkout, with its perception inside.
 */
final class BuiltInModel {
  private static final Path PLACE = Path.of("models", "miniature");

  private BuiltInModel() {}

  /**
   * @throws LlavaSgException user, if this program is used away from its checkout
   */
  static Path directory() {
    return Checkout.find(PLACE.resolve("config.json"))
        .map(manifest -> manifest.resolveSibling(""))
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "the built-in model (%s of the checkout) is not there: name a checkpoint with"
                        + " --model DIR",
                    PLACE));
  }
}

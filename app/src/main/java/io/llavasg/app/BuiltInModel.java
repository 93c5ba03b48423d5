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
   * The model.
   *
   * @throws LlavaSgException user, if this program is used away from its checkout
   */
  static Path directory() {
    return directory("name a checkpoint with --model DIR");
  }

  /**
   * Its perception: a directory of all three stages' checkpoints.
   *
   * @throws LlavaSgException as {@link #directory()}
   */
  static Path perception() {
    return directory("name the checkpoints of perception with --perception DIR")
        .resolve("perception");
  }

  private static Path directory(String advice) {
    return Checkout.find(PLACE.resolve("config.json"))
        .map(manifest -> manifest.resolveSibling(""))
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "the built-in model (%s of the checkout) is not there: %s", PLACE, advice));
  }
}

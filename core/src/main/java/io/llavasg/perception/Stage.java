package io.llavasg.perception;

import io.llavasg.LlavaSgException;
import java.util.function.Supplier;

/**
 * One of the pipeline's three stages, before it is loaded.
 *
 * @param identity what decides its results, such as a digest of its weights: results in a cache
 *     belong to it
 * @param bytes estimate of its weights' size in memory; 0 for next to nothing
 * @param loader makes it; called on the pipeline's thread when it is first needed, and again after
 *     it was released
 */
public record Stage<T extends AutoCloseable>(String identity, long bytes, Supplier<T> loader) {

  public Stage {
    if (bytes < 0) {
      throw LlavaSgException.user("a stage cannot take %d bytes", bytes);
    }
  }

  /** A stage that takes next to no memory. */
  public static <T extends AutoCloseable> Stage<T> of(String identity, Supplier<T> loader) {
    return new Stage<>(identity, 0, loader);
  }

  /** A stage that is not there: needing it is a user's error with this message. */
  public static <T extends AutoCloseable> Stage<T> missing(String message) {
    return new Stage<>(
        "none",
        0,
        () -> {
          throw LlavaSgException.user("%s", message);
        });
  }
}

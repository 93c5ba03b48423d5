package io.llavasg.perception;

import io.llavasg.LlavaSgException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stage that loads when it is first used; for one thread. */
final class LazyStage<T extends AutoCloseable> implements AutoCloseable {
  private final Stage<T> stage;
  private final boolean keeps;
  private @Nullable T loaded;
  private boolean failed;

  /**
   * @param keeps whether the stage stays loaded between uses
   */
  LazyStage(Stage<T> stage, boolean keeps) {
    this.stage = stage;
    this.keeps = keeps;
  }

  <R> R use(Function<T, R> work) {
    T ready = loaded;
    if (ready == null) {
      failed = true;
      ready = stage.loader().get();
      failed = false;
      loaded = ready;
    }
    try {
      return work.apply(ready);
    } finally {
      if (!keeps) {
        close();
      }
    }
  }

  /** Whether it could not be loaded when it was last needed. */
  boolean isUnloadable() {
    return failed;
  }

  @Override
  public void close() {
    T closing = loaded;
    loaded = null;
    if (closing == null) {
      return;
    }
    try {
      closing.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw LlavaSgException.internal(e, "%s does not close: %s", stage.identity(), e.toString());
    }
  }
}

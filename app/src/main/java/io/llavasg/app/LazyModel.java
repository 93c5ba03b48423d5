package io.llavasg.app;

import io.llavasg.LlavaSg;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** A model that loads when it is first needed. */
final class LazyModel implements AutoCloseable {
  private final ModelOptions options;
  private final PrintWriter err;
  private @Nullable LlavaSg model;

  LazyModel(ModelOptions options, PrintWriter err) {
    this.options = options;
    this.err = err;
  }

  LlavaSg get() {
    if (model == null) {
      try (Waiting waiting = Waiting.on("loading the model", err)) {
        model = options.load();
      }
    }
    return model;
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
    }
  }
}

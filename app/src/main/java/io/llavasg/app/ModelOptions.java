package io.llavasg.app;

import io.llavasg.LlavaSg;
import io.llavasg.LoadOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that runs a model. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "A LLaVA-SG or LLaVA-1.5 checkpoint (default: models/miniature of the checkout, which"
              + " knows drawn scenes alone).")
  private @Nullable Path model;

  @Option(
      names = "--vision",
      paramLabel = "DIR",
      description = "Its vision tower, where the checkpoint keeps it elsewhere.")
  private @Nullable Path vision;

  @Mixin private ComputeOptions compute = new ComputeOptions();

  Path directory() {
    return model == null ? BuiltInModel.directory() : model;
  }

  Optional<Path> vision() {
    return Optional.ofNullable(vision);
  }

  ComputeOptions compute() {
    return compute;
  }

  LlavaSg load() {
    return load(directory());
  }

  /** As {@link #load()}, and says so where it takes long. */
  LlavaSg load(PrintWriter err) {
    return load(directory(), err);
  }

  /** Another checkpoint with the same options, likewise. */
  LlavaSg load(Path directory, PrintWriter err) {
    try (var waiting = Waiting.on("reading the model", err)) {
      return load(directory);
    }
  }

  /** Loads another checkpoint with the same options. */
  LlavaSg load(Path directory) {
    return LlavaSg.load(
        directory,
        new LoadOptions(
            compute.precision(), compute.device(), Optional.ofNullable(vision), compute.threads()));
  }
}

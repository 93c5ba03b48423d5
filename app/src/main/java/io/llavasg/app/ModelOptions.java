package io.llavasg.app;

import io.llavasg.LlavaSg;
import io.llavasg.LoadOptions;
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

  /** Loads another checkpoint with the same options. */
  LlavaSg load(Path directory) {
    return LlavaSg.load(
        directory,
        new LoadOptions(
            compute.precision(), compute.device(), Optional.ofNullable(vision), compute.threads()));
  }
}

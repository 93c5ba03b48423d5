package io.llavasg.app;

import io.llavasg.LlavaSg;
import io.llavasg.LoadOptions;
import io.llavasg.checkpoint.Precision;
import io.llavasg.tensor.Device;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that runs a model. */
final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A LLaVA-SG or LLaVA-1.5 checkpoint.")
  private Path model = Path.of("");

  @Option(
      names = "--vision",
      paramLabel = "DIR",
      description = "Its vision tower, where the checkpoint keeps it elsewhere.")
  private @Nullable Path vision;

  @Option(
      names = "--dtype",
      paramLabel = "D",
      defaultValue = "auto",
      description = "auto, f32, bf16 or f16: the precision to compute in (default: auto).")
  private String dtype = "auto";

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N (default: cpu).")
  private String device = "cpu";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one operation (default: one a core).")
  private @Nullable Integer threads;

  Path directory() {
    return model;
  }

  LlavaSg load() {
    return load(model);
  }

  /** Loads another checkpoint with the same options. */
  LlavaSg load(Path directory) {
    return LlavaSg.load(
        directory,
        new LoadOptions(
            Precision.parse(dtype),
            Device.parse(device),
            Optional.ofNullable(vision),
            threads == null ? OptionalInt.empty() : OptionalInt.of(threads)));
  }
}

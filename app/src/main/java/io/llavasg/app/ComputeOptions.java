package io.llavasg.app;

import io.llavasg.checkpoint.Precision;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Torch;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of how and where a network computes. */
final class ComputeOptions {
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

  Precision precision() {
    return Precision.parse(dtype);
  }

  Device device() {
    return Device.parse(device);
  }

  OptionalInt threads() {
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }

  /** Refuses what cannot be, and sets the number of threads where one was given. */
  void apply() {
    precision();
    device().required();
    if (threads != null) {
      Torch.threads(threads);
    }
  }
}

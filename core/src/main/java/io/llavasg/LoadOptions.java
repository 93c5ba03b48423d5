package io.llavasg;

import io.llavasg.checkpoint.Precision;
import io.llavasg.tensor.Device;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model is loaded.
 *
 * @param precision the dtype to compute in
 * @param device where to compute
 * @param visionTower directory of the vision tower, for LLaVA checkpoints that keep it elsewhere
 * @param threads most threads of one operation; empty for one a core, or a single one for a tiny
 *     model
 */
public record LoadOptions(
    Precision precision, Device device, Optional<Path> visionTower, OptionalInt threads) {

  /** On the CPU, in the dtype that suits the stored weights. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(Precision.AUTO, Device.CPU, Optional.empty(), OptionalInt.empty());

  public LoadOptions withPrecision(Precision other) {
    return new LoadOptions(other, device, visionTower, threads);
  }

  public LoadOptions withDevice(Device other) {
    return new LoadOptions(precision, other, visionTower, threads);
  }

  public LoadOptions withVisionTower(Path directory) {
    return new LoadOptions(precision, device, Optional.of(directory), threads);
  }

  public LoadOptions withThreads(int count) {
    return new LoadOptions(precision, device, visionTower, OptionalInt.of(count));
  }
}

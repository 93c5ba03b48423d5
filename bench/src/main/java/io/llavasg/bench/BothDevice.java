package io.llavasg.bench;

import io.llavasg.tensor.Device;
import picocli.CommandLine.Option;

/** Where both sides of a benchmark compute. */
final class BothDevice {
  @Option(names = "--device", defaultValue = "cpu", description = "cpu or cuda, for both sides.")
  private String name = "cpu";

  /** Fails where this machine lacks it. */
  Device required() {
    return Device.parse(name).required();
  }
}

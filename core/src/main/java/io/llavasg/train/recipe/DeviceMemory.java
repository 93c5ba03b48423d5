package io.llavasg.train.recipe;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.HostMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The device that a recipe means, and its memory. */
final class DeviceMemory {
  private static final int SECONDS = 20;

  private DeviceMemory() {}

  /** The device of a name; {@code auto} is a GPU where there is one. */
  static Device device(String name) {
    if (!name.equals("auto")) {
      return Device.parse(name);
    }
    try {
      return Device.parse("cuda").required();
    } catch (LlavaSgException e) {
      return Device.CPU;
    }
  }

  /** Bytes of a device's memory; empty where nothing tells. */
  static OptionalLong of(Device device) {
    return device.isCuda() ? cuda(device.index()) : OptionalLong.of(HostMemory.bytes());
  }

  /** As NVIDIA's own tool has it, which comes with the driver. */
  private static OptionalLong cuda(int index) {
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits")
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      List<String> lines = output.lines().map(String::strip).toList();
      if (!ended || process.exitValue() != 0 || index >= lines.size()) {
        return OptionalLong.empty();
      }
      return OptionalLong.of(Long.parseLong(lines.get(index)) << 20);
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }
}

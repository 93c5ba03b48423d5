package io.llavasg.tensor;

import io.llavasg.LlavaSgException;
import java.util.Locale;
import org.bytedeco.pytorch.global.torch;

/** Where tensors live: the CPU, or one GPU. */
public record Device(Kind kind, int index) {

  /** Kinds of device that this project runs on. */
  public enum Kind {
    CPU,
    CUDA
  }

  public static final Device CPU = new Device(Kind.CPU, 0);

  public Device {
    if (index < 0 || index > 127) {
      throw LlavaSgException.user("device index %d is out of range", index);
    }
  }

  /** Parses {@code cpu}, {@code cuda} or {@code cuda:1}; the device need not exist. */
  public static Device parse(String name) {
    String[] parts = name.toLowerCase(Locale.ROOT).split(":", 2);
    try {
      Kind kind = Kind.valueOf(parts[0].toUpperCase(Locale.ROOT));
      return new Device(kind, parts.length == 1 ? 0 : Integer.parseInt(parts[1]));
    } catch (IllegalArgumentException e) {
      throw LlavaSgException.user(e, "unknown device '%s'; known are cpu, cuda and cuda:N", name);
    }
  }

  /** Fails with the fault {@code RESOURCES} where this machine lacks the device. */
  public Device required() {
    if (kind == Kind.CUDA) {
      Torch.initialise();
      if (!torch.cuda_is_available() || index >= torch.cuda_device_count()) {
        throw LlavaSgException.resources(
            "no such device here: %s; use --device cpu, or build with -Pcuda on a machine with an"
                + " NVIDIA GPU, CUDA 13 and cuDNN 9",
            this);
      }
    }
    return this;
  }

  public boolean isCuda() {
    return kind == Kind.CUDA;
  }

  org.bytedeco.pytorch.Device raw() {
    return isCuda()
        ? new org.bytedeco.pytorch.Device(torch.DeviceType.CUDA, (byte) index)
        : new org.bytedeco.pytorch.Device(torch.DeviceType.CPU);
  }

  @Override
  public String toString() {
    return isCuda() ? "cuda:" + index : "cpu";
  }
}

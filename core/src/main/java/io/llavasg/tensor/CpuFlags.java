package io.llavasg.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the CPU says that it can do, where that can be read: on Linux. */
final class CpuFlags {
  private static final String ALL = read();

  private CpuFlags() {}

  /** Whether it multiplies bfloat16 numbers itself. */
  static boolean multiplyBf16() {
    return ALL.contains("avx512_bf16") || haveBf16Tiles();
  }

  /** Whether it does so matrix by matrix. */
  static boolean haveBf16Tiles() {
    return ALL.contains("amx_bf16");
  }

  private static String read() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      return "";
    }
  }
}

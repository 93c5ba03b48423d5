package io.llavasg.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the CPU says that it can do, where that can be read: on Linux. Read once. */
final class CpuFlags {
  /** Whether it multiplies bfloat16 numbers matrix by matrix. */
  static final boolean BF16_TILES;

  /** Whether it multiplies them at all. */
  static final boolean BF16;

  static {
    String flags = read();
    BF16_TILES = flags.contains("amx_bf16");
    BF16 = BF16_TILES || flags.contains("avx512_bf16");
  }

  private CpuFlags() {}

  private static String read() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      return "";
    }
  }
}

package io.llavasg.perception;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory a computation may take here. */
final class FreeMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  private FreeMemory() {}

  /**
   * Bytes that can be had without swapping. On Linux this counts pages of files that the system
   * would give up, but no more than a container may have.
   */
  static long bytes() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try {
      for (String line : Files.readAllLines(MEMINFO)) {
        if (line.startsWith("MemAvailable:")) {
          long kibibytes = Long.parseLong(line.replaceAll("\\D", ""));
          return Math.min(kibibytes << 10, system.getTotalMemorySize());
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Not Linux: the system's own figure has to do.
      return system.getFreeMemorySize();
    }
    return system.getFreeMemorySize();
  }
}

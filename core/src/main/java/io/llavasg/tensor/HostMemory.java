package io.llavasg.tensor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this machine, or of the container that it runs in. */
public final class HostMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  private HostMemory() {}

  /** Bytes in all, used or not. */
  public static long bytes() {
    return system().getTotalMemorySize();
  }

  /**
   * Bytes that can be had without swapping. On Linux this counts pages of files that the system
   * would give up, but no more than a container may have.
   */
  public static long freeBytes() {
    try {
      for (String line : Files.readAllLines(MEMINFO)) {
        if (line.startsWith("MemAvailable:")) {
          long kibibytes = Long.parseLong(line.replaceAll("\\D", ""));
          return Math.min(kibibytes << 10, bytes());
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Not Linux: the system's own figure has to do.
      return system().getFreeMemorySize();
    }
    return system().getFreeMemorySize();
  }

  private static OperatingSystemMXBean system() {
    return (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  }
}

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
   * Bytes that can be had without swapping, with pages of files that the system would give up, but
   * no more than a container may have; all of them where the system does not tell.
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
      return freeElsewhere();
    }
    return freeElsewhere();
  }

  /** Not on Linux. What macOS calls free leaves out the pages of files, which may be most of it. */
  private static long freeElsewhere() {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    return windows ? system().getFreeMemorySize() : bytes();
  }

  private static OperatingSystemMXBean system() {
    return (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  }
}

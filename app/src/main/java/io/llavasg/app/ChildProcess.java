package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A command line of this program in a process of its own, for what has to run beside others:
 * libtorch has one source of random numbers in a process.
 */
final class ChildProcess {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    // They save and stop, as this one does.
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroy), "children"));
  }

  private ChildProcess() {}

  /**
   * Runs it to its end.
   *
   * @param log where all that it prints goes, after what is there
   * @return its exit code; of one that is not begun any more or is called off, that of a failure
   * @throws LlavaSgException resources, if it cannot be started
   */
  static int run(List<String> line, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(line);
    Process process;
    try {
      Files.createDirectories(log.toAbsolutePath().resolveSibling(""));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot start a process: %s", e.toString());
    }
    RUNNING.add(process);
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      return Failure.FAILED;
    } finally {
      RUNNING.remove(process);
    }
  }
}

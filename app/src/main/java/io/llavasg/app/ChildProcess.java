package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * A command line of this program in a process of its own, for what has to run beside others:
 * libtorch has one source of random numbers in a process.
 */
final class ChildProcess {
  /** The property that says which process began this one. */
  private static final String PARENT = "llavasg.parent";

  /** Guards itself and {@link #ending}. */
  private static final Set<Process> RUNNING = new HashSet<>();

  private static boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ChildProcess::end, "children"));
  }

  private ChildProcess() {}

  /** Whether this process ends, and those that it began with it. */
  static boolean isEnding() {
    synchronized (RUNNING) {
      return ending;
    }
  }

  /**
   * In a process that another one began: ends it, in order, once that one is gone, killed even. So
   * nothing is left that writes where the next run does.
   */
  static void endWithParent() {
    Long parent = Long.getLong(PARENT);
    if (parent != null) {
      Thread.ofPlatform().daemon().name("parent").start(() -> waitFor(parent));
    }
  }

  private static void waitFor(long parent) {
    ProcessHandle.of(parent).ifPresent(handle -> handle.onExit().join());
    System.exit(Failure.FAILED);
  }

  /**
   * The exit code of a line that is run elsewhere, once it is known; {@link Failure#FAILED} if it
   * was given up.
   */
  static int code(Future<Integer> line) {
    try {
      return line.get();
    } catch (CancellationException e) {
      return Failure.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Failure.FAILED;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LlavaSgException known
          ? known
          : LlavaSgException.internal(e, "%s", String.valueOf(e.getCause()));
    }
  }

  /**
   * They save and stop, as this process does, which waits for them (on Windows they are killed).
   */
  private static void end() {
    List<Process> left;
    synchronized (RUNNING) {
      ending = true;
      left = List.copyOf(RUNNING);
    }
    left.forEach(Process::destroy);
    left.forEach(process -> process.onExit().join());
  }

  /**
   * Runs it to its end.
   *
   * @param log where all that it prints goes, after what is there
   * @return its exit code, {@link Failure#FAILED} for one of no meaning, as of a killed process;
   *     and once this process ends, when no other is begun
   * @throws LlavaSgException resources, if it cannot be started
   */
  static int run(List<String> line, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-D" + Terminal.STDERR + "=false"); // the last one counts
    command.add("-D" + PARENT + "=" + ProcessHandle.current().pid());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(line);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process;
    try {
      Files.createDirectories(log.toAbsolutePath().resolveSibling(""));
      synchronized (RUNNING) {
        if (ending) {
          return Failure.FAILED;
        }
        process = builder.start();
        RUNNING.add(process);
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot start a process: %s", e.toString());
    }
    try {
      int code = process.waitFor();
      return code > Failure.NO_RESOURCES ? Failure.FAILED : code;
    } catch (InterruptedException e) {
      process.destroy();
      process.onExit().join(); // until it has saved
      Thread.currentThread().interrupt();
      return Failure.FAILED;
    } finally {
      synchronized (RUNNING) {
        RUNNING.remove(process);
      }
    }
  }
}

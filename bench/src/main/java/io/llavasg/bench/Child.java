package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that ran.
 *
 * @param seconds from before its start to after its end
 * @param peakBytes most memory that was resident, sampled; 0 where the system doesn't tell
 */
record Child(double seconds, long peakBytes, String output) {
  private static final int SAMPLE_MILLIS = 10;

  /** The words of a command that a user gave as one string. */
  static List<String> words(String command) {
    return Arrays.stream(command.trim().split("\\s+")).toList();
  }

  /** {@code words}, then {@code more}. */
  static List<String> join(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(Arrays.asList(more));
    return all;
  }

  /**
   * Runs a program to its end.
   *
   * @param input what it reads
   * @throws LlavaSgException user, if it can't be started or fails
   */
  static Child run(List<String> command, Optional<Path> input, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile("bench", ".out");
      Path errors = Files.createTempFile("bench", ".err");
      try {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectInput(input.map(Path::toFile).map(Redirect::from).orElse(Redirect.PIPE));
        builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        long peak = await(process);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
          String reason = Files.readString(errors, StandardCharsets.UTF_8).strip();
          throw LlavaSgException.user(
              "'%s' ended with %d: %s",
              String.join(" ", command),
              process.exitValue(),
              reason.substring(reason.lastIndexOf('\n') + 1));
        }
        return new Child(seconds, peak, Files.readString(output, StandardCharsets.UTF_8));
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long await(Process process) {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    long peak = 0;
    try {
      while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakBytes(status));
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
    return peak;
  }

  private static long peakBytes(Path status) {
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
      return 0;
    } catch (IOException e) {
      return 0; // No such system, or the process has just ended.
    }
  }

  /** The last line of its output. */
  JsonNode json() {
    return Json.lastLine(output);
  }
}

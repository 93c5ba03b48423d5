package io.llavasg.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a directory that is not finished. */
class NewDirectoryTest {
  @TempDir private Path folder = Path.of("");

  /** A process that writes into a new directory until it is ended. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException, InterruptedException {
      try (NewDirectory directory = new NewDirectory(Path.of(args[0]))) {
        Files.createDirectory(directory.path().resolve("inner"));
        Files.writeString(directory.path().resolve("inner").resolve("file"), "half");
        System.out.println("writing");
        Thread.sleep(60_000);
      }
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a process ends there without its hooks")
  void nothingIsLeftOfAProcessThatIsEnded() throws Exception {
    Path target = folder.resolve("model");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                target.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("writing");
      assertThat(children()).hasSize(1);
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(children()).isEmpty();
  }

  @Test
  void closingRemovesWhatIsNotPublished() throws IOException {
    try (NewDirectory directory = new NewDirectory(folder.resolve("model"))) {
      Files.writeString(directory.path().resolve("file"), "half");
    }
    assertThat(children()).isEmpty();
  }

  @Test
  void publishedDirectoryStays() throws IOException {
    try (NewDirectory directory = new NewDirectory(folder.resolve("model"))) {
      Files.writeString(directory.path().resolve("file"), "whole");
      directory.publish();
    }
    assertThat(folder.resolve("model").resolve("file")).hasContent("whole");
    assertThat(children()).hasSize(1);
  }

  private Stream<Path> children() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList().stream();
    }
  }

  /** Ctrl-C removes what is written, and whoever goes on writing must not take the rest for all. */
  @Test
  void nothingIsPublishedAfterTheEnd() throws IOException {
    Path target = folder.resolve("late");
    try (NewDirectory fresh = new NewDirectory(target)) {
      fresh.abandon();
      Files.createDirectories(fresh.path());
      assertThatThrownBy(fresh::publish)
          .isInstanceOf(LlavaSgException.class)
          .hasMessageContaining("was not finished before the end");
    }
    assertThat(target).doesNotExist();
  }
}

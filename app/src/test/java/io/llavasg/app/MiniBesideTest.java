package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of its own, with the logs that are named; when closed, none of them goes on. */
@Timeout(120)
class MiniBesideTest {
  private static final long SECONDS = 60;

  @TempDir private Path folder;
  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
  private final AtomicInteger failures = new AtomicInteger();

  private MiniBeside beside() {
    return new MiniBeside(folder, 1, notes::add, failures::incrementAndGet);
  }

  private Path log(String part) {
    return folder.resolve("logs").resolve(part + ".log");
  }

  @Test
  void whatFailsIsToldAndTheRestNotBegun() {
    try (MiniBeside beside = beside()) {
      assertThat(beside.clip()).isEqualTo(Failure.BAD_USE); // without a tokenizer
      assertThat(beside.perception()).isEqualTo(Failure.FAILED);
      assertThat(beside.failure()).isEqualTo(Failure.BAD_USE);
    }
    assertThat(failures).hasValue(1);
    assertThat(log("clip")).content().contains("lacks tokenizer");
    assertThat(notes)
        .containsExactly(
            "making clip beside it (see " + log("clip") + ")",
            "clip ended with 2: see " + log("clip"));
    assertThat(log("perception")).doesNotExist();
  }

  @Test
  void whatStillRunsIsStoppedAndSaves() throws Exception {
    CommandLineRun.of("mini", "language", "--only", "tokenizer", "--out", folder.toString());
    MiniBeside beside = beside();
    try (beside) {
      assertThat(notes.poll(SECONDS, TimeUnit.SECONDS)).startsWith("making clip");
      waitForAStep(log("clip"));
    }
    assertThat(log("clip")).content().contains("stopped and saved");
    assertThat(folder.resolve("clip").resolve("checkpoints")).isNotEmptyDirectory();
    assertThat(beside.clip()).isEqualTo(Failure.FAILED);
    assertThat(beside.perception()).isEqualTo(Failure.FAILED);
    assertThat(beside.failure()).isZero();
    assertThat(failures).hasValue(0);
    assertThat(notes).isEmpty();
  }

  private static void waitForAStep(Path log) throws Exception {
    while (!Files.exists(log) || !Files.readString(log).contains("step 1 of")) {
      Thread.sleep(50);
    }
  }

  /** As a disk that is full would be. */
  @Test
  void aProcessThatCannotBeBegunIsTold() throws Exception {
    Files.createFile(folder.resolve("logs"));
    try (MiniBeside beside = beside()) {
      assertThat(beside.clip()).isEqualTo(Failure.NO_RESOURCES);
    }
    assertThat(List.copyOf(notes)).hasSize(2).last().asString().startsWith("clip cannot be made: ");
  }
}

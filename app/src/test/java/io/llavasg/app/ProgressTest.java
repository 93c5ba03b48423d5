package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter err = new StringWriter();
  private long now;

  private Progress progress(boolean terminal) {
    return new Progress("writing", new PrintWriter(err), terminal, () -> now);
  }

  private void at(long milliseconds) {
    now = Duration.ofMillis(milliseconds).toNanos();
  }

  @Test
  void shortWorkShowsNothing() {
    try (Progress progress = progress(true)) {
      at(1999);
      progress.update(1, 2);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void longWorkShowsABarThatIsWipedOff() {
    try (Progress progress = progress(true)) {
      at(3000);
      progress.update(1, 2);
      assertThat(err.toString()).contains("writing [" + "#".repeat(15)).contains("50 %  3 s left");
      at(3050);
      progress.update(2, 2);
      assertThat(err.toString()).doesNotContain("100 %");
    }
    assertThat(err.toString()).endsWith(" \r");
  }

  @Test
  void awayFromATerminalItIsSilent() {
    try (Progress progress = progress(false)) {
      at(9000);
      progress.update(1, 2);
    }
    assertThat(err.toString()).isEmpty();
  }
}

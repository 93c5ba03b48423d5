package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class WaitingTest {
  private final StringWriter err = new StringWriter();

  private Waiting waiting(boolean terminal) {
    return Waiting.on("reading", new PrintWriter(err), terminal);
  }

  @Test
  void longWaitingIsShownAndWipedOff() throws InterruptedException {
    try (Waiting waiting = waiting(true)) {
      Thread.sleep(2600);
      assertThat(err.toString()).containsPattern("\\rreading … [2-9] s");
      waiting.close();
    }
    assertThat(err.toString()).endsWith(" \r");
  }

  @Test
  void shortWaitingShowsNothing() {
    waiting(true).close();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void awayFromATerminalItIsSilent() throws InterruptedException {
    try (Waiting waiting = waiting(false)) {
      Thread.sleep(2300);
    }
    assertThat(err.toString()).isEmpty();
  }
}

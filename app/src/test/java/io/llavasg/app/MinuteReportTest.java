package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MinuteReportTest {
  private final StringWriter err = new StringWriter();
  private long now;

  private MinuteReport report(boolean terminal) {
    return new MinuteReport("questions", new PrintWriter(err), terminal, () -> now);
  }

  private void tell(MinuteReport report, long done, long seconds) {
    now = Duration.ofSeconds(seconds).toNanos();
    report.tell(new Pace(done, 0, 100, seconds));
  }

  @Test
  void aLineAMinuteTellsHowFarTheWorkIs() {
    MinuteReport report = report(false);
    tell(report, 10, 59);
    assertThat(err.toString()).isEmpty();
    tell(report, 20, 60);
    tell(report, 30, 119);
    tell(report, 40, 120);
    assertThat(err.toString().lines())
        .containsExactly(
            "llava-sg: 20 of 100 questions, 0.33 questions/s, 4 min 0 s left",
            "llava-sg: 40 of 100 questions, 0.33 questions/s, 3 min 0 s left");
  }

  @Test
  void onATerminalItIsSilent() {
    MinuteReport report = report(true);
    tell(report, 20, 600);
    assertThat(err.toString()).isEmpty();
  }
}

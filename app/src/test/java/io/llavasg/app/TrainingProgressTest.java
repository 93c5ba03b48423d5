package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.train.StepReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private final StringWriter err = new StringWriter();
  private long now;

  private TrainingProgress progress(boolean terminal) {
    return new TrainingProgress(new PrintWriter(err), terminal, () -> now);
  }

  private static StepReport report(int step, double loss) {
    return new StepReport(
        step, 1000, loss, 2e-5, 1, 10, 3000, 2, List.of("a"), StepReport.Outcome.DONE);
  }

  private String take() {
    String text = err.toString();
    err.getBuffer().setLength(0);
    return text;
  }

  @Test
  void terminalShowsOneLineThatIsDrawnAnew() {
    try (TrainingProgress progress = progress(true)) {
      progress.step(report(1, 8));
      assertThat(take())
          .isEqualTo(
              "\r[                    ] step 1 of 1000  loss 8.0000  rate 2.00e-05  1,500 tokens/s"
                  + "  33 min left");
      progress.step(report(2, 8));
      assertThat(take()).as("too soon").isEmpty();
      now += Duration.ofMillis(100).toNanos();
      progress.step(report(500, Double.NaN));
      assertThat(take()).startsWith("\r[##########          ] step 500").contains("loss 8.0000");
      progress.saved(Path.of("there"));
      assertThat(take()).startsWith("\r ").contains("\rllava-sg: saved there").doesNotContain("#");
    }
  }

  @Test
  void fileGetsALineNowAndThen() {
    try (TrainingProgress progress = progress(false)) {
      progress.step(report(1, 8));
      progress.step(report(2, 8));
      now += Duration.ofSeconds(30).toNanos();
      progress.step(report(3, 8));
      progress.step(report(4, 8));
      now += Duration.ofSeconds(1).toNanos();
      progress.step(report(1000, 8));
    }
    assertThat(take().lines().map(line -> line.substring(0, line.indexOf(" of"))))
        .containsExactly("step 1", "step 3", "step 1000");
  }

  @Test
  void timesAreReadable() {
    assertThat(TrainingProgress.time(5)).isEqualTo("5 s");
    assertThat(TrainingProgress.time(600)).isEqualTo("10 min");
    assertThat(TrainingProgress.time(7500)).isEqualTo("2 h 5 min");
  }
}

package io.llavasg.app;

import io.llavasg.train.StepReport;
import io.llavasg.train.TrainingListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a training is: on a terminal a bar that is drawn anew, elsewhere a line every half
 * minute. Any thread may tell.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private static final int WIDTH = 20;
  private static final long REDRAWN = Duration.ofMillis(100).toNanos();
  private static final long REPEATED = Duration.ofSeconds(30).toNanos();

  /** Weight of the newest step in what is shown: the last dozen of steps count. */
  private static final double NEWEST = 1.0 / 12;

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier clock;
  private double loss = Double.NaN;
  private double secondsPerStep;
  private double tokensPerSecond;
  private long shown;
  private int length;
  private boolean first = true;

  TrainingProgress(PrintWriter err) {
    this(err, Terminal.showsProgress(), System::nanoTime);
  }

  TrainingProgress(PrintWriter err, boolean terminal, LongSupplier clock) {
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public synchronized void step(StepReport report) {
    double tokens = report.positions() / Math.max(1e-9, report.seconds());
    if (Double.isFinite(report.loss())) {
      loss = Double.isNaN(loss) ? report.loss() : mean(loss, report.loss());
    }
    secondsPerStep = first ? report.seconds() : mean(secondsPerStep, report.seconds());
    tokensPerSecond = first ? tokens : mean(tokensPerSecond, tokens);
    long now = clock.getAsLong();
    boolean last = report.step() == report.steps();
    if (first || last || now - shown >= (terminal ? REDRAWN : REPEATED)) {
      shown = now;
      show(line(report));
    }
    first = false;
  }

  private static double mean(double before, double newest) {
    return before + NEWEST * (newest - before);
  }

  private String line(StepReport report) {
    double left = secondsPerStep * (report.steps() - report.step());
    String bar = "";
    if (terminal) {
      int filled = (int) ((long) WIDTH * report.step() / report.steps());
      bar = "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] ";
    }
    return String.format(
        Locale.ROOT,
        "%sstep %d of %d  loss %.4f  rate %.2e  %,.0f tokens/s  %s left",
        bar,
        report.step(),
        report.steps(),
        loss,
        report.learningRate(),
        tokensPerSecond,
        time(left));
  }

  /** Such as 45 s, 12 min or 3 h 20 min. */
  static String time(double seconds) {
    long minutes = Math.round(seconds / 60);
    if (seconds < 90) {
      return Math.round(seconds) + " s";
    }
    return minutes < 90 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }

  private void show(String line) {
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
      length = line.length();
    } else {
      err.println(line);
    }
    err.flush();
  }

  @Override
  public void saved(Path checkpoint) {
    note("saved " + checkpoint);
  }

  /** A line of its own; the bar goes on below it. */
  synchronized void note(String text) {
    close();
    err.println("llava-sg: " + text);
    err.flush();
  }

  /** Wipes the bar off, if one is drawn. */
  @Override
  public synchronized void close() {
    if (length > 0) {
      err.print("\r" + " ".repeat(length) + "\r");
      err.flush();
      length = 0;
    }
  }
}

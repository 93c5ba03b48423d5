package io.llavasg.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A progress bar on one line of a terminal. It appears once the work has taken two seconds, is
 * drawn at most ten times a second, and is wiped off at the end; away from a terminal it is silent.
 */
final class Progress implements AutoCloseable {
  private static final long PATIENCE = Duration.ofSeconds(2).toNanos();
  private static final long INTERVAL = Duration.ofMillis(100).toNanos();
  private static final int WIDTH = 30;

  private final String title;
  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier clock;
  private final long start;
  private long drawn;
  private int length;

  /**
   * @param title what is being done
   * @param err where the bar is drawn: stderr
   */
  Progress(String title, PrintWriter err) {
    this(title, err, Terminal.showsProgress(), System::nanoTime);
  }

  Progress(String title, PrintWriter err, boolean terminal, LongSupplier clock) {
    this.title = title;
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
    start = clock.getAsLong();
    drawn = start + PATIENCE - INTERVAL;
  }

  /**
   * Tells how far the work is.
   *
   * @param done of {@code total}, in any unit
   */
  void update(long done, long total) {
    double share = total > 0 ? Math.min(1, (double) done / total) : 0;
    double seconds = (clock.getAsLong() - start) / 1e9;
    update(done, total, share > 0 ? "%.0f s left".formatted(seconds / share - seconds) : "");
  }

  /** As {@link #update(long, long)}, with something else behind the bar than the time left. */
  void update(long done, long total, String note) {
    long now = clock.getAsLong();
    if (!terminal || total <= 0 || now - drawn < INTERVAL) {
      return;
    }
    drawn = now;
    double share = Math.min(1, (double) done / total);
    int filled = (int) Math.round(share * WIDTH);
    draw(
        String.format(
            Locale.ROOT,
            "%s [%s%s] %3.0f %%  %s",
            title,
            "#".repeat(filled),
            " ".repeat(WIDTH - filled),
            100 * share,
            note));
  }

  private void draw(String line) {
    err.print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
    err.flush();
    length = line.length();
  }

  /** Wipes the bar off, if one was drawn. */
  @Override
  public void close() {
    if (length > 0) {
      draw("");
      err.print("\r");
      err.flush();
      length = 0;
    }
  }
}

package io.llavasg.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Tells once a minute how far long work is, where there is no terminal for a bar. */
final class MinuteReport {
  private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

  private final String unit;
  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier clock;
  private long told;

  /**
   * @param unit what is counted, such as "images"
   * @param err where lines are written: stderr
   */
  MinuteReport(String unit, PrintWriter err) {
    this(unit, err, Terminal.showsProgress(), System::nanoTime);
  }

  MinuteReport(String unit, PrintWriter err, boolean terminal, LongSupplier clock) {
    this.unit = unit;
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
    told = clock.getAsLong();
  }

  void tell(Pace pace) {
    if (!terminal && clock.getAsLong() - told >= INTERVAL) {
      told = clock.getAsLong();
      err.printf(
          "llava-sg: %d of %d %s, %s%n", pace.done(), pace.total(), unit, pace.describe(unit));
      err.flush();
    }
  }
}

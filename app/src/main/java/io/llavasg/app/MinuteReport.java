package io.llavasg.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Tells once a minute how far long work is, where nothing else shows it. */
final class MinuteReport {
  private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

  private final String unit;
  private final PrintWriter err;
  private final boolean shown;
  private final LongSupplier clock;
  private long told;

  /**
   * @param unit what is counted, such as "images"
   * @param err where lines are written: stderr
   * @param shown whether a terminal shows it otherwise, by a bar or by the results themselves
   */
  MinuteReport(String unit, PrintWriter err, boolean shown) {
    this(unit, err, shown, System::nanoTime);
  }

  MinuteReport(String unit, PrintWriter err, boolean shown, LongSupplier clock) {
    this.unit = unit;
    this.err = err;
    this.shown = shown;
    this.clock = clock;
    told = clock.getAsLong();
  }

  void tell(Pace pace) {
    if (!shown && clock.getAsLong() - told >= INTERVAL) {
      told = clock.getAsLong();
      err.printf(
          "llava-sg: %d of %d %s, %s%n", pace.done(), pace.total(), unit, pace.describe(unit));
      err.flush();
    }
  }
}

package io.llavasg.eval.report;

import io.llavasg.eval.metric.Interval;
import java.util.Optional;

/**
 * A measured value or difference, in hundredths.
 *
 * @param value of one seed, or the mean of several
 * @param interval where it can be told
 * @param seeds how many
 */
public record Estimate(double value, Optional<Interval> interval, int seeds) {
  /** Differences of seeds that are the same but for rounding. */
  private static final double NO_WIDTH = 1e-9;

  /** What the interval is over. */
  public String basis() {
    return interval.isEmpty() ? "" : seeds > 1 ? "seeds" : "items";
  }

  /**
   * Whether the interval leaves zero out. One without width, over seeds that differ by the very
   * same few items, says nothing of how far others would differ.
   */
  public boolean excludesZero() {
    return interval
        .filter(Interval::excludesZero)
        .filter(it -> seeds == 1 || it.high() - it.low() > NO_WIDTH)
        .isPresent();
  }
}

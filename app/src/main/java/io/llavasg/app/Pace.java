package io.llavasg.app;

import java.util.Locale;

/**
 * How fast work goes, and when it will be done.
 *
 * @param done so far, with what was skipped
 * @param skipped of it, because it had been done before: that took next to no time
 * @param total to be done
 * @param seconds since the start
 */
record Pace(long done, long skipped, long total, double seconds) {

  /** Units of work in a second, not counting those skipped. */
  double rate() {
    return seconds > 0 ? (done - skipped) / seconds : 0;
  }

  /** Such as "3.2 images/s, 2 h 10 min left". */
  String describe(String unit) {
    if (rate() <= 0) {
      return "";
    }
    String format = rate() < 10 ? "%.2f %s/s, %s left" : "%.0f %s/s, %s left";
    return String.format(Locale.ROOT, format, rate(), unit, duration((total - done) / rate()));
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    long minutes = whole / 60;
    return minutes < 60
        ? "%d min %d s".formatted(minutes, whole % 60)
        : "%d h %d min".formatted(minutes / 60, minutes % 60);
  }
}

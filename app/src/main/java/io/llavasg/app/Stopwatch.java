package io.llavasg.app;

/** Time since it was started. */
record Stopwatch(long startNanos) {

  static Stopwatch started() {
    return new Stopwatch(System.nanoTime());
  }

  double millis() {
    return (System.nanoTime() - startNanos) / 1e6;
  }
}

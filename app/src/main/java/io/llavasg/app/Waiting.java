package io.llavasg.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * A line on a terminal that says what is being waited for and for how long, where no share of the
 * work can be told: a large model may take half a minute to its first word. It appears after two
 * seconds and is wiped off at the end; away from a terminal it is silent.
 */
final class Waiting implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final String what;
  private final PrintWriter err;
  private final Stopwatch elapsed = Stopwatch.started();
  private final Thread drawer;
  private int length;

  private Waiting(String what, PrintWriter err, boolean terminal) {
    this.what = what;
    this.err = err;
    drawer = new Thread(this::draw, "waiting");
    drawer.setDaemon(true);
    if (terminal) {
      drawer.start();
    }
  }

  /**
   * Starts to wait.
   *
   * @param what is being done, such as "reading the question"
   * @param err where the line is drawn: stderr
   */
  static Waiting on(String what, PrintWriter err) {
    return on(what, err, Terminal.showsProgress());
  }

  static Waiting on(String what, PrintWriter err, boolean terminal) {
    return new Waiting(what, err, terminal);
  }

  private void draw() {
    try {
      Thread.sleep(PATIENCE);
      while (true) {
        String line = String.format(Locale.ROOT, "%s … %.0f s", what, elapsed.millis() / 1e3);
        length = line.length();
        err.print("\r" + line);
        err.flush();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The waiting is over.
    }
  }

  /** Ends the waiting and wipes the line off; again does nothing. */
  @Override
  public void close() {
    drawer.interrupt();
    try {
      drawer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (length > 0) {
      err.print("\r" + " ".repeat(length) + "\r");
      err.flush();
      length = 0;
    }
  }
}

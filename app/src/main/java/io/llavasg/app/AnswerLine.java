package io.llavasg.app;

import java.io.PrintWriter;

/**
 * An answer's line on stdout, which grows piece by piece. It ends before anything else is said: a
 * terminal shows warnings and errors in the same place.
 */
final class AnswerLine implements AutoCloseable {
  private final PrintWriter out;
  private boolean begun;

  AnswerLine(PrintWriter out) {
    this.out = out;
  }

  /** Adds a piece, which can be seen at once. */
  void print(String piece) {
    begun = true;
    out.print(piece);
    out.flush();
  }

  /** Ends the line, an empty one too; the next piece begins another. */
  void end() {
    begun = false;
    out.println();
  }

  /** Ends a line that was left in the middle. */
  @Override
  public void close() {
    if (begun) {
      end();
    }
  }
}

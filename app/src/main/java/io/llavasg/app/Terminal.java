package io.llavasg.app;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** The terminal that a person sits at, where there is one. */
final class Terminal {
  /** What the launcher says, which can tell: whether stderr is a terminal. */
  static final String STDERR = "llavasg.stderr.terminal";

  private Terminal() {}

  /** Where both stdin and stdout are one. */
  static Optional<Console> console() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }

  /**
   * Writes to a stream in the charset of the terminal that shows it. A file or a pipe gets UTF-8,
   * as JSON has to be, whatever the system's own charset is: Windows' has not all letters.
   *
   * @param property where Java has the stream's charset, which is the system's own where the stream
   *     is no terminal
   */
  static PrintWriter writer(PrintStream stream, String property) {
    String own = System.getProperty("native.encoding");
    boolean shown =
        console().isPresent() || !Objects.equals(System.getProperty(property, own), own);
    return new PrintWriter(stream, true, shown ? stream.charset() : StandardCharsets.UTF_8);
  }

  /** Whether progress is seen: stderr is one, whatever becomes of the results on stdout. */
  static boolean showsProgress() {
    String told = System.getProperty(STDERR);
    return told == null ? console().isPresent() : Boolean.parseBoolean(told);
  }
}

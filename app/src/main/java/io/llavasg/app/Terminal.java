package io.llavasg.app;

import java.io.Console;
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

  /** Whether progress is seen: stderr is one, whatever becomes of the results on stdout. */
  static boolean showsProgress() {
    String told = System.getProperty(STDERR);
    return told == null ? console().isPresent() : Boolean.parseBoolean(told);
  }
}

package io.llavasg.app;

import java.io.Console;
import java.util.Optional;

/** The terminal that a person sits at, where there is one. */
final class Terminal {
  private Terminal() {}

  static Optional<Console> console() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }
}

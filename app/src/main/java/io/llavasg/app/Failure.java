package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.io.PrintWriter;

/** How a failed command ends: one line on stderr and an exit code that says whose fault it is. */
final class Failure {

  static final int FAILED = 1;
  static final int BAD_USE = 2;
  static final int NO_RESOURCES = 3;

  private Failure() {}

  /** Prints {@code error} on {@code err}, with its stack trace if {@code debug}. */
  static int report(Throwable error, boolean debug, PrintWriter err) {
    err.println("llava-sg: " + oneLine(message(error)));
    if (debug) {
      error.printStackTrace(err);
    }
    return exitCode(error);
  }

  /**
   * Ends a command whose results are lost: the disk is full, or their reader has gone.
   *
   * @param out where they were printed
   * @throws LlavaSgException resources, if not all of it could be written
   */
  static void requireWritten(PrintWriter out) {
    if (out.checkError()) {
      throw LlavaSgException.resources(
          "cannot write the answer: standard output is closed, or its disk is full");
    }
  }

  /** Line breaks inside a message (a native error, a file's name) become spaces. */
  static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String message(Throwable error) {
    if (error instanceof LlavaSgException known && known.getMessage() != null) {
      return known.getMessage();
    }
    if (error instanceof OutOfMemoryError) {
      return "the Java heap is too small (%s); raise it with LLAVA_SG_JAVA_OPTS=-Xmx…"
          .formatted(error.getMessage());
    }
    return "%s; --debug shows where".formatted(error);
  }

  private static int exitCode(Throwable error) {
    if (error instanceof LlavaSgException known) {
      return switch (known.fault()) {
        case USER -> BAD_USE;
        case RESOURCES -> NO_RESOURCES;
        case INTERNAL -> FAILED;
      };
    }
    return error instanceof OutOfMemoryError ? NO_RESOURCES : FAILED;
  }
}

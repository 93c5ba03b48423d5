package io.llavasg;

import com.google.errorprone.annotations.FormatMethod;

/**
 * The one exception this library throws on purpose. Its message is one line that says what is wrong
 * and what to do; {@link #fault()} says whose fault it is, which decides a process's exit code and
 * a server's HTTP status.
 */
public final class LlavaSgException extends RuntimeException {

  /** Whose fault an error is. */
  public enum Fault {
    /** Bad use or bad input: exit code 2. */
    USER,
    /** The machine has not what the work needs (memory, disk, a device): exit code 3. */
    RESOURCES,
    /** A defect, here or in a library: exit code 1. */
    INTERNAL
  }

  private final Fault fault;

  private LlavaSgException(Fault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  private LlavaSgException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  /** Bad use or bad input; {@code message} is formatted as by {@link String#format}. */
  @FormatMethod
  public static LlavaSgException user(String message, Object... arguments) {
    return new LlavaSgException(Fault.USER, format(message, arguments));
  }

  /** Bad use or bad input, noticed through {@code cause}. */
  @FormatMethod
  public static LlavaSgException user(Throwable cause, String message, Object... arguments) {
    return new LlavaSgException(Fault.USER, format(message, arguments), cause);
  }

  /** The machine has not what the work needs. */
  @FormatMethod
  public static LlavaSgException resources(String message, Object... arguments) {
    return new LlavaSgException(Fault.RESOURCES, format(message, arguments));
  }

  /** The machine has not what the work needs, noticed through {@code cause}. */
  @FormatMethod
  public static LlavaSgException resources(Throwable cause, String message, Object... arguments) {
    return new LlavaSgException(Fault.RESOURCES, format(message, arguments), cause);
  }

  /** A defect in this library or one below it. */
  @FormatMethod
  public static LlavaSgException internal(Throwable cause, String message, Object... arguments) {
    return new LlavaSgException(Fault.INTERNAL, format(message, arguments), cause);
  }

  public Fault fault() {
    return fault;
  }

  @FormatMethod
  private static String format(String message, Object... arguments) {
    return String.format(message, arguments);
  }
}

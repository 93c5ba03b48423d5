package io.llavasg.checkpoint;

/** Names out of files, made fit for a one-line message. */
final class Quoted {

  private static final int LONGEST = 100;

  private Quoted() {}

  /** {@code name} in quotes, cut if it's long, with every control character as a question mark. */
  static String of(String name) {
    String cut = name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "…";
    return "'" + cut.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", "?") + "'";
  }
}

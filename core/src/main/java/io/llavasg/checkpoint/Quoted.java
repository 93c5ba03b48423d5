package io.llavasg.checkpoint;

/** Names out of files, made fit for a one-line message. */
record Quoted(String name) {

  private static final int LONGEST = 100;

  /** Costs nothing before the message is made, as most never are. */
  static Quoted of(String name) {
    return new Quoted(name);
  }

  /** The name in quotes, cut if it's long, with every control character as a question mark. */
  @Override
  public String toString() {
    String cut = name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "…";
    return "'" + cut.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", "?") + "'";
  }
}

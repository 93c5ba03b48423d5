package io.llavasg.text;

/** What one side says; plain text without template or image marker. */
public record Turn(Role role, String text) {
  public static Turn user(String text) {
    return new Turn(Role.USER, text);
  }

  public static Turn assistant(String text) {
    return new Turn(Role.ASSISTANT, text);
  }
}

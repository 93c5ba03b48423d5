package io.llavasg.eval.metric;

import java.util.Locale;

/**
 * ScienceQA's metric: an answer is the letter alone, in either case, or starts with an upper-case
 * letter and a full stop.
 */
public final class OptionLetter {
  private OptionLetter() {}

  /**
   * Whether the answer names the option.
   *
   * @param letter the right option's, such as "A"
   */
  public static boolean matches(String answer, String letter) {
    String stripped = Whitespace.strip(answer);
    String wanted = Whitespace.strip(letter).toLowerCase(Locale.ROOT);
    if (stripped.toLowerCase(Locale.ROOT).equals(wanted)) {
      return true;
    }
    if (stripped.isEmpty()) {
      return false;
    }
    int first = stripped.codePointAt(0);
    String rest = stripped.substring(Character.charCount(first));
    return Character.isUpperCase(first)
        && rest.startsWith(".")
        && Character.toString(first).toLowerCase(Locale.ROOT).equals(wanted);
  }
}

package io.llavasg.eval.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * Whitespace as Python's {@code str.strip} and {@code str.split} see it, in which the evaluators
 * are written. Unlike {@link String#strip} it counts no-break spaces and the next-line character.
 */
final class Whitespace {
  private static final char NEXT_LINE = '\u0085';

  private Whitespace() {}

  static boolean is(char c) {
    if (c > ' ' && c < NEXT_LINE) {
      return false;
    }
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
  }

  static boolean isWithin(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (is(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && is(text.charAt(start))) {
      start++;
    }
    while (end > start && is(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** The words between whitespace; none of a blank text. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inside = i < text.length() && !is(text.charAt(i));
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      }
    }
    return words;
  }
}

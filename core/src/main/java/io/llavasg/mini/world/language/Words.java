package io.llavasg.mini.world.language;

import java.util.List;

/** English of the world's texts. */
final class Words {
  private static final List<String> NUMBERS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight");

  private Words() {}

  static String article(String next) {
    return "aeiou".indexOf(next.charAt(0)) >= 0 ? "an" : "a";
  }

  static String withArticle(String noun) {
    return article(noun) + " " + noun;
  }

  /** A count in letters, as captions have it; answers have digits. */
  static String number(int count) {
    return NUMBERS.get(count);
  }

  /** {@code a, b and c}. */
  static String joined(List<String> parts) {
    if (parts.size() < 2) {
      return String.join("", parts);
    }
    int last = parts.size() - 1;
    return String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
  }

  static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}

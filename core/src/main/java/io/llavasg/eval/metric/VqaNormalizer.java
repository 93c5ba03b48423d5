package io.llavasg.eval.metric;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The VQA challenge's normalisation of an answer: punctuation, case, number words, articles,
 * contractions.
 *
 * <p>A punctuation mark is dropped everywhere if it stands beside a blank anywhere in the answer,
 * and becomes a blank otherwise; a comma between two digits has all marks dropped. Full stops
 * before anything but a digit are dropped, the first 32 of them: the official code hands a flag to
 * the parameter that limits replacements, and published figures were made so.
 */
public final class VqaNormalizer {
  private static final String MARKS = ";/[]\"{}()=+\\_-><@`,?!";
  private static final int MOST_STOPS = 32;

  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  private static final Map<String, String> NUMBERS =
      Map.ofEntries(
          Map.entry("none", "0"),
          Map.entry("zero", "0"),
          Map.entry("one", "1"),
          Map.entry("two", "2"),
          Map.entry("three", "3"),
          Map.entry("four", "4"),
          Map.entry("five", "5"),
          Map.entry("six", "6"),
          Map.entry("seven", "7"),
          Map.entry("eight", "8"),
          Map.entry("nine", "9"),
          Map.entry("ten", "10"));

  private VqaNormalizer() {}

  /** The answer as it is compared with others. */
  public static String normalize(String answer) {
    String line = Whitespace.strip(answer.replace('\n', ' ').replace('\t', ' '));
    return words(isPlain(line) ? line : withoutStops(withoutMarks(line)));
  }

  /** Whether there is no punctuation, as in most answers. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' || MARKS.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static String withoutMarks(String text) {
    boolean dropAll = hasCommaBetweenDigits(text);
    int dropped = besideBlanks(text);
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int mark = MARKS.indexOf(c);
      if (mark < 0) {
        kept.append(c);
      } else if (!dropAll && (dropped >> mark & 1) == 0) {
        kept.append(' ');
      }
    }
    return kept.toString();
  }

  /** The marks that stand beside a blank somewhere, as bits. */
  private static int besideBlanks(String text) {
    int marks = 0;
    for (int i = 0; i < text.length(); i++) {
      int mark = MARKS.indexOf(text.charAt(i));
      boolean before = i > 0 && text.charAt(i - 1) == ' ';
      boolean after = i + 1 < text.length() && text.charAt(i + 1) == ' ';
      if (mark >= 0 && (before || after)) {
        marks |= 1 << mark;
      }
    }
    return marks;
  }

  private static boolean hasCommaBetweenDigits(String text) {
    int comma = text.indexOf(',');
    while (comma >= 0) {
      int end = comma;
      while (end < text.length() && text.charAt(end) == ',') {
        end++;
      }
      if (comma > 0
          && Character.isDigit(text.codePointBefore(comma))
          && end < text.length()
          && Character.isDigit(text.codePointAt(end))) {
        return true;
      }
      comma = text.indexOf(',', end);
    }
    return false;
  }

  private static String withoutStops(String text) {
    if (text.indexOf('.') < 0) {
      return text;
    }
    StringBuilder kept = new StringBuilder(text.length());
    int stops = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isNumber = i + 1 < text.length() && Character.isDigit(text.codePointAt(i + 1));
      if (c == '.' && !isNumber && stops < MOST_STOPS) {
        stops++;
      } else {
        kept.append(c);
      }
    }
    return kept.toString();
  }

  private static String words(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (String word : Whitespace.split(text.toLowerCase(Locale.ROOT))) {
      String number = NUMBERS.getOrDefault(word, word);
      if (!ARTICLES.contains(number)) {
        kept.append(kept.isEmpty() ? "" : " ");
        kept.append(VqaContractions.BY_SPELLING.getOrDefault(number, number));
      }
    }
    return kept.toString();
  }
}

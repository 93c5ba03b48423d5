package io.llavasg.eval.metric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The option letter that an answer's wording speaks for. Every place where a letter may be meant is
 * a candidate; the surest kind of place wins, then the last one of its kind, then the first found.
 */
final class WordedChoice {
  /** Kinds of places, the surest last. */
  private enum Place {
    ANYWHERE,
    BEFORE_BLANK,
    BEFORE_PARENTHESIS,
    BEFORE_COLON,
    BEFORE_STOP,
    IN_PARENTHESES,
    AFTER_PHRASE,
    AT_END,
    AT_START
  }

  private record Candidate(String letter, int position, Place place) {}

  /** What comes before a chosen letter, in English, Korean, Chinese and Japanese. */
  private static final List<String> PHRASES =
      List.of(
          "answer is",
          "the answer is",
          "correct answer is",
          "the correct answer is",
          "best answer is",
          "the best answer is",
          "correct option is",
          "the correct option is",
          "best option is",
          "the best option is",
          "choice is",
          "the choice is",
          "correct choice is",
          "the correct choice is",
          "i choose",
          "i select",
          "i pick",
          "my answer is",
          "my choice is",
          "옵션",
          "정답은",
          "답은",
          "답:",
          "答案是",
          "答案为",
          "选",
          "答えは");

  /** Each is stripped once, in this order. */
  private static final String MARKS_AROUND = ",.!?;:'\"";

  private final String text;
  private final Collection<String> letters;
  private final List<Candidate> candidates = new ArrayList<>();

  private WordedChoice(String text, Collection<String> letters) {
    this.text = text;
    this.letters = letters;
  }

  static Optional<String> of(String answer, Collection<String> letters) {
    String stripped = Whitespace.strip(answer);
    if (stripped.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < MARKS_AROUND.length(); i++) {
      stripped = strip(stripped, MARKS_AROUND.charAt(i));
    }
    return new WordedChoice(" " + stripped + " ", letters).choose();
  }

  private static String strip(String text, char mark) {
    int start = 0;
    int end = text.length();
    while (start < end && text.charAt(start) == mark) {
      start++;
    }
    while (end > start && text.charAt(end - 1) == mark) {
      end--;
    }
    return text.substring(start, end);
  }

  private Optional<String> choose() {
    addWrapped("(", ")", Place.IN_PARENTHESES);
    addWrapped("", ".", Place.BEFORE_STOP);
    addWrapped("", ":", Place.BEFORE_COLON);
    addWrapped("", ")", Place.BEFORE_PARENTHESIS);
    addWrapped("", " ", Place.BEFORE_BLANK);
    addAfterPhrases();
    addAtBothEnds();
    if (candidates.isEmpty()) {
      addWrapped("", "", Place.ANYWHERE);
    }
    // A stream's maximum would be the last of equals.
    return candidates.stream()
        .sorted(
            Comparator.comparing(Candidate::place).thenComparingInt(Candidate::position).reversed())
        .findFirst()
        .map(Candidate::letter);
  }

  private void addWrapped(String before, String after, Place place) {
    for (String letter : letters) {
      int position = text.lastIndexOf(before + letter + after);
      if (position >= 0) {
        candidates.add(new Candidate(letter, position, place));
      }
    }
  }

  private void addAfterPhrases() {
    String lower = text.toLowerCase(Locale.ROOT);
    for (String phrase : PHRASES) {
      int start = lower.indexOf(phrase);
      if (start < 0) {
        continue;
      }
      for (String letter : letters) {
        int position = text.indexOf(letter, start + phrase.length());
        if (position >= 0) {
          candidates.add(new Candidate(letter, position, Place.AFTER_PHRASE));
        }
      }
    }
  }

  private void addAtBothEnds() {
    String inner = Whitespace.strip(text);
    for (String letter : letters) {
      boolean alone = inner.length() == 1;
      if (inner.startsWith(letter) && (alone || !Character.isLetter(inner.codePointAt(1)))) {
        candidates.add(new Candidate(letter, 0, Place.AT_START));
      }
      if (inner.endsWith(letter)
          && (alone || !Character.isLetter(inner.codePointBefore(inner.length() - 1)))) {
        candidates.add(new Candidate(letter, text.length() - 1, Place.AT_END));
      }
    }
  }
}

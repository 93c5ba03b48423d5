package io.llavasg.eval.metric;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Which option of a question an answer chooses, without a judge: MMBench's matching. {@link #match}
 * is sure of its result; {@link #extract} then guesses from the way in which answers are worded,
 * where no judge is to be asked. Options that a question has not are to be left out of its map (the
 * published files have them empty or "nan").
 */
public final class ChoiceMatcher {
  /** Letters that an answer may name, whether the question has them or not. */
  private static final List<String> LETTERS = List.of("A", "B", "C", "D", "E");

  /** What may stand before and after a letter, in the order in which it is looked for. */
  private static final List<Map.Entry<String, String>> WRAPPINGS =
      List.of(
          Map.entry("", "."),
          Map.entry("", ","),
          Map.entry("", ":"),
          Map.entry("", ")"),
          Map.entry("", ")."),
          Map.entry("(", ")"),
          Map.entry("(", ")."),
          Map.entry(":", ""),
          Map.entry(":", ","),
          Map.entry(":", "."),
          Map.entry(":", ")"),
          Map.entry(":", ")."));

  /** In an answer of more words than this, a single A may be an article. */
  private static final int SHORT_ANSWER = 3;

  private ChoiceMatcher() {}

  /**
   * The letter that the answer names, or else that of the only option whose text it contains. The
   * letter may be one that the question has not: then the answer is wrong, and no judge is asked.
   *
   * @param options the options' texts by letter
   */
  public static Optional<String> match(String answer, SequencedMap<String, String> options) {
    return namedLetter(answer).or(() -> containedText(answer, options));
  }

  /**
   * The letter that the answer's wording speaks for, where {@link #match} finds none.
   *
   * @param letters of the question's options, in order
   */
  public static Optional<String> extract(String answer, Collection<String> letters) {
    return WordedChoice.of(answer, letters);
  }

  private static Optional<String> namedLetter(String answer) {
    List<String> words = Whitespace.split(answer);
    Optional<String> bare = only(words, "", "");
    if (bare.isPresent() && !(words.contains("A") && words.size() > SHORT_ANSWER)) {
      return bare;
    }
    return WRAPPINGS.stream()
        .flatMap(wrapping -> only(words, wrapping.getKey(), wrapping.getValue()).stream())
        .findFirst();
  }

  /** The letter, if just one of them is among the words in this wrapping. */
  private static Optional<String> only(List<String> words, String before, String after) {
    List<String> found =
        LETTERS.stream().filter(letter -> words.contains(before + letter + after)).toList();
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  private static Optional<String> containedText(
      String answer, SequencedMap<String, String> options) {
    String lower = answer.toLowerCase(Locale.ROOT);
    List<String> found =
        options.entrySet().stream()
            .filter(option -> lower.contains(option.getValue().toLowerCase(Locale.ROOT)))
            .map(Map.Entry::getKey)
            .toList();
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }
}

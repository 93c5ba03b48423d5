package io.llavasg.eval.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Options of a multiple-choice question, lettered from A. */
final class Letters {
  static final String PROMPT = "Answer with the option's letter from the given choices directly.";

  private Letters() {}

  static SequencedMap<String, String> of(List<String> choices) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    for (String choice : choices) {
      options.put(letter(options.size()), choice);
    }
    return options;
  }

  static String letter(int index) {
    return String.valueOf((char) ('A' + index));
  }

  /** A line each: {@code A. text}. */
  static String lines(SequencedMap<String, String> options) {
    StringBuilder lines = new StringBuilder();
    options.forEach((letter, text) -> lines.append('\n').append(letter).append(". ").append(text));
    return lines.toString();
  }
}

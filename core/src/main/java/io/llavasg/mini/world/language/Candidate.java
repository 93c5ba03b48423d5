package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Magnitude;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Split;
import java.util.List;
import java.util.stream.Stream;

/**
 * A question before its template is chosen.
 *
 * @param slots what goes into the template
 * @param answer a word, a number in digits, or yes or no
 * @param pairReserved whether it names an entity-relation pair that training never names
 */
record Candidate(QuestionType type, List<String> slots, String answer, boolean pairReserved) {

  Candidate {
    slots = List.copyOf(slots);
  }

  static Candidate of(QuestionType type, String answer, String... slots) {
    return new Candidate(type, List.of(slots), answer, false);
  }

  /** A question about a relation between two kinds. */
  static Candidate of(QuestionType type, String answer, Pair pair, String... slots) {
    return new Candidate(type, List.of(slots), answer, pair.isReserved());
  }

  /**
   * Within which answers are balanced: what the text gives away beside its type. Of a relation,
   * which one it is; of what may be there, whether it has a colour.
   */
  String group() {
    return switch (type) {
      case RELATION -> slots.get(1);
      case EXISTS -> slots.getFirst().split(" ").length + " words";
      default -> "";
    };
  }

  /**
   * What it is about, each with the same chance in training where a scene offers it. Of counts,
   * whether all things are counted, those of a colour, those of a size, of a kind or category
   * (which may not be there), or of a kind in a colour.
   */
  String topic() {
    if (type != QuestionType.COUNT) {
      return group();
    }
    String[] words = slots.getFirst().split(" ");
    if (!words[words.length - 1].equals("things")) {
      return words.length == 1 ? "a kind" : "a kind in a colour";
    }
    if (words.length == 1) {
      return "all";
    }
    boolean size = Stream.of(Magnitude.values()).anyMatch(it -> it.word().equals(words[0]));
    return size ? "a size" : "a colour";
  }

  /** An entity-relation pair. */
  record Pair(Kind subject, Relation relation, Kind object) {
    boolean isReserved() {
      return Split.isReserved(subject, relation, object);
    }
  }
}

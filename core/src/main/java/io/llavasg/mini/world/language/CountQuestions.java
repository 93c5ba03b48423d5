package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Category;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Colour;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Thing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Questions about how many there are, and about two kinds at once. */
final class CountQuestions {
  private CountQuestions() {}

  static List<Candidate> count(SceneFacts facts, Chance chance) {
    List<Candidate> candidates = new ArrayList<>();
    counts(facts).forEach((what, count) -> candidates.add(candidate(what, count)));
    candidates.add(candidate(chance.pick(facts.absent()).plural(), 0));
    return candidates;
  }

  private static Candidate candidate(String what, int count) {
    return Candidate.of(QuestionType.COUNT, Integer.toString(count), what);
  }

  /** How many there are of whatever there is, by plural names. */
  private static Map<String, Integer> counts(SceneFacts facts) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("things", facts.size());
    for (Thing thing : facts.things()) {
      Kind kind = thing.kind();
      Colour colour = thing.colour();
      counts.put(kind.plural(), facts.count(kind));
      counts.put(colour.word() + " things", facts.count(colour));
      counts.put(
          colour.word() + " " + kind.plural(), facts.count(t -> t.name().equals(thing.name())));
      counts.put(
          thing.magnitude().word() + " things",
          facts.count(t -> t.magnitude() == thing.magnitude()));
      if (Category.NAMED.contains(kind.category())) {
        counts.put(kind.category().plural(), facts.count(kind.category()));
      }
    }
    return counts;
  }

  static List<Candidate> more(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    List<Kind> kinds = facts.scene().kinds();
    for (Kind first : kinds) {
      for (Kind second : kinds) {
        if (first != second) {
          boolean more = facts.count(first) > facts.count(second);
          candidates.add(
              Candidate.of(
                  QuestionType.MORE, more ? "yes" : "no", first.plural(), second.plural()));
        }
      }
    }
    return candidates;
  }

  /** Two present kinds; one that is present and one that is not, in either order. */
  static List<Candidate> both(SceneFacts facts, Chance chance) {
    List<Candidate> candidates = new ArrayList<>();
    List<Kind> present = chance.shuffled(facts.scene().kinds());
    for (int i = 0; i < present.size(); i++) {
      Kind other = chance.pick(facts.absent());
      candidates.add(two(QuestionType.BOTH, "no", present.get(i), other, chance));
      if (i > 0) {
        candidates.add(two(QuestionType.BOTH, "yes", present.get(i), present.get(i - 1), chance));
      }
    }
    return candidates;
  }

  /** One that is present and one that is not, in either order; two that are not. */
  static List<Candidate> either(SceneFacts facts, Chance chance) {
    List<Candidate> candidates = new ArrayList<>();
    List<Kind> absent = chance.shuffled(facts.absent()).subList(0, 2 * Scene.MOST);
    List<Kind> present = facts.scene().kinds();
    for (int i = 0; i < present.size(); i++) {
      Kind first = absent.get(2 * i);
      candidates.add(two(QuestionType.EITHER, "yes", present.get(i), first, chance));
      candidates.add(two(QuestionType.EITHER, "no", first, absent.get(2 * i + 1), chance));
    }
    return candidates;
  }

  private static Candidate two(
      QuestionType type, String answer, Kind first, Kind second, Chance chance) {
    String a = Words.withArticle(first.word());
    String b = Words.withArticle(second.word());
    return chance.happens(.5) ? Candidate.of(type, answer, a, b) : Candidate.of(type, answer, b, a);
  }
}

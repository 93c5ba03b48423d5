package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Magnitude;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Thing;
import io.llavasg.mini.world.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Questions about two things or more, and what stands between them. */
final class RelationQuestions {
  private RelationQuestions() {}

  /** Calls for each ordered pair of things that have names of their own. */
  @FunctionalInterface
  private interface PairVisitor {
    void pair(int subject, int object);
  }

  private static void pairs(SceneFacts facts, PairVisitor visitor) {
    List<Integer> named = facts.named();
    for (int subject : named) {
      for (int object : named) {
        if (subject != object) {
          visitor.pair(subject, object);
        }
      }
    }
  }

  /** Whether a relation holds: of pairs of which another does if it does not. */
  static List<Candidate> relation(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    pairs(
        facts,
        (subject, object) -> {
          boolean placed = facts.geometry().placement(subject, object).isPresent();
          for (Relation relation : Relation.PLACEMENTS) {
            Verdict verdict = facts.verdict(relation, subject, object);
            boolean denied =
                verdict == Verdict.FAILS
                    && placed
                    && isThinkable(relation, facts.thing(subject), facts.thing(object));
            if (verdict == Verdict.HOLDS || denied) {
              candidates.add(
                  Candidate.of(
                      QuestionType.RELATION,
                      denied ? "no" : "yes",
                      facts.pair(subject, relation, object),
                      facts.name(subject),
                      relation.word(),
                      facts.name(object)));
            }
          }
        });
    return candidates;
  }

  /** Nothing lies inside a key: the text alone would say no. */
  private static boolean isThinkable(Relation relation, Thing subject, Thing object) {
    return switch (relation) {
      case INSIDE -> object.kind().isContainer() && subject.magnitude() == Magnitude.SMALL;
      case ON -> object.kind().isSupport();
      default -> true;
    };
  }

  /** What the only thing in a relation to another is. */
  static List<Candidate> related(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (int object : facts.named()) {
      for (Relation relation : Relation.PLACEMENTS) {
        facts
            .only(relation, object)
            .ifPresent(
                subject ->
                    candidates.add(
                        Candidate.of(
                            QuestionType.RELATED,
                            facts.thing(subject).kind().word(),
                            facts.pair(subject, relation, object),
                            relation.word(),
                            facts.name(object))));
      }
    }
    return candidates;
  }

  static List<Candidate> relatedColor(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (int object : facts.named()) {
      for (Relation relation : Relation.PLACEMENTS) {
        facts
            .only(relation, object)
            .ifPresent(
                subject ->
                    candidates.add(
                        Candidate.of(
                            QuestionType.RELATED_COLOR,
                            facts.thing(subject).colour().word(),
                            facts.pair(subject, relation, object),
                            relation.word(),
                            facts.name(object))));
      }
    }
    return candidates;
  }

  /** What is in a relation to the thing that is in a relation to a third. */
  static List<Candidate> twoHop(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (int end : facts.named()) {
      for (Relation inner : Relation.PLACEMENTS) {
        Optional<Integer> middle = facts.only(inner, end);
        if (middle.isPresent()) {
          addOuter(candidates, facts, middle.get(), inner, end);
        }
      }
    }
    return candidates;
  }

  private static void addOuter(
      List<Candidate> candidates, SceneFacts facts, int middle, Relation inner, int end) {
    for (Relation outer : Relation.PLACEMENTS) {
      Optional<Integer> start = facts.only(outer, middle);
      if (start.isPresent() && start.get() != end) {
        boolean reserved =
            facts.pair(middle, inner, end).isReserved()
                || facts.pair(start.get(), outer, middle).isReserved();
        candidates.add(
            new Candidate(
                QuestionType.TWO_HOP,
                List.of(outer.word(), inner.word(), facts.name(end)),
                facts.thing(start.get()).kind().word(),
                reserved));
      }
    }
  }

  /** Which of two opposite directions holds. */
  static List<Candidate> eitherWay(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    pairs(
        facts,
        (subject, object) -> {
          for (Relation relation : Relation.DIRECTIONS) {
            if (facts.verdict(relation, subject, object) == Verdict.HOLDS) {
              boolean sideways = relation == Relation.LEFT_OF || relation == Relation.RIGHT_OF;
              candidates.add(
                  Candidate.of(
                      QuestionType.EITHER_WAY,
                      relation.word(),
                      facts.pair(subject, relation, object),
                      facts.name(subject),
                      sideways ? Relation.LEFT_OF.word() : Relation.ABOVE.word(),
                      sideways ? Relation.RIGHT_OF.word() : Relation.BELOW.word(),
                      facts.name(object)));
            }
          }
        });
    return candidates;
  }

  /** Of kinds that are there once: a name with a colour would give the answer away. */
  static List<Candidate> sameColor(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    pairs(
        facts,
        (subject, object) -> {
          Thing a = facts.thing(subject);
          Thing b = facts.thing(object);
          if (facts.count(a.kind()) == 1 && facts.count(b.kind()) == 1) {
            String answer = a.colour() == b.colour() ? "yes" : "no";
            candidates.add(
                Candidate.of(QuestionType.SAME_COLOR, answer, a.kind().word(), b.kind().word()));
          }
        });
    return candidates;
  }

  /** Of different kinds, whose names do not say a size. */
  static List<Candidate> larger(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    pairs(
        facts,
        (subject, object) -> {
          Thing a = facts.thing(subject);
          Thing b = facts.thing(object);
          Optional<Relation> relation = facts.geometry().comparison(subject, object);
          if (relation.isPresent() && facts.count(a.kind()) == 1 && facts.count(b.kind()) == 1) {
            boolean first = relation.get() == Relation.LARGER;
            candidates.add(
                Candidate.of(
                    QuestionType.LARGER,
                    (first ? a : b).kind().word(),
                    facts.pair(subject, relation.get(), object),
                    a.kind().word(),
                    b.kind().word()));
          }
        });
    return candidates;
  }
}

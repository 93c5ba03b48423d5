package io.llavasg.mini.world.language;

import io.llavasg.graph.Box;
import io.llavasg.mini.world.Category;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Colour;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Thing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Questions about one thing, or about the background. */
final class ThingQuestions {
  /** How far from the middle a centre lies of which a side is asked. */
  private static final double CLEAR = .1;

  private ThingQuestions() {}

  /** As many that are not there as are; half of these are of a colour that another thing has. */
  static List<Candidate> exists(SceneFacts facts, Chance chance) {
    List<Candidate> candidates = new ArrayList<>();
    List<Kind> absent = chance.shuffled(facts.absent());
    for (int i = 0; i < facts.size(); i++) {
      Thing thing = facts.thing(i);
      candidates.add(yes(QuestionType.EXISTS, Words.withArticle(thing.kind().word())));
      candidates.add(yes(QuestionType.EXISTS, Words.withArticle(thing.name())));
      candidates.add(no(QuestionType.EXISTS, Words.withArticle(absent.get(i).word())));
      Colour other = chance.pick(Colour.ALL);
      if (facts.count(t -> t.kind() == thing.kind() && t.colour() == other) == 0) {
        String name = other.word() + " " + thing.kind().word();
        candidates.add(no(QuestionType.EXISTS, Words.withArticle(name)));
      }
    }
    return candidates;
  }

  private static Candidate yes(QuestionType type, String... slots) {
    return Candidate.of(type, "yes", slots);
  }

  private static Candidate no(QuestionType type, String... slots) {
    return Candidate.of(type, "no", slots);
  }

  /** Whether the only one of its kind is of a colour, which it may be or another thing is. */
  static List<Candidate> attribute(SceneFacts facts, Chance chance) {
    List<Candidate> candidates = new ArrayList<>();
    for (Thing thing : facts.things()) {
      if (facts.count(thing.kind()) == 1) {
        candidates.add(yes(QuestionType.ATTRIBUTE, thing.kind().word(), thing.colour().word()));
        Colour other =
            chance.happens(.5) ? chance.pick(facts.things()).colour() : chance.pick(Colour.ALL);
        if (other != thing.colour()) {
          candidates.add(no(QuestionType.ATTRIBUTE, thing.kind().word(), other.word()));
        }
      }
    }
    return candidates;
  }

  static List<Candidate> color(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (Thing thing : facts.things()) {
      if (facts.count(thing.kind()) == 1) {
        candidates.add(
            Candidate.of(QuestionType.COLOR, thing.colour().word(), thing.kind().word()));
      } else if (facts.count(t -> t.kind() == thing.kind() && t.magnitude() == thing.magnitude())
          == 1) {
        String name = thing.magnitude().word() + " " + thing.kind().word();
        candidates.add(Candidate.of(QuestionType.COLOR, thing.colour().word(), name));
      }
    }
    return candidates;
  }

  static List<Candidate> size(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (Thing thing : facts.things()) {
      boolean kind = facts.count(thing.kind()) == 1;
      if (kind || facts.count(t -> t.name().equals(thing.name())) == 1) {
        String name = kind ? thing.kind().word() : thing.name();
        candidates.add(Candidate.of(QuestionType.SIZE, thing.magnitude().word(), name));
      }
    }
    return candidates;
  }

  /** What the only thing of a colour is, or the only one of a colour and size. */
  static List<Candidate> kind(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (Thing thing : facts.things()) {
      if (facts.count(thing.colour()) == 1) {
        candidates.add(Candidate.of(QuestionType.KIND, thing.kind().word(), thing.colour().word()));
      }
    }
    return candidates;
  }

  /** Which animal it is, where all animals are of one kind. */
  static List<Candidate> category(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (Category category : Category.NAMED) {
      List<Kind> kinds =
          facts.scene().kinds().stream().filter(kind -> kind.category() == category).toList();
      if (kinds.size() == 1) {
        candidates.add(
            Candidate.of(QuestionType.CATEGORY, kinds.getFirst().word(), category.word()));
      }
    }
    return candidates;
  }

  static List<Candidate> side(SceneFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i : facts.named()) {
      double x = facts.thing(i).x();
      if (Math.abs(x - .5) >= CLEAR) {
        candidates.add(Candidate.of(QuestionType.SIDE, x < .5 ? "left" : "right", facts.name(i)));
      }
    }
    return candidates;
  }

  /** The quarter that a thing lies in, such as {@code top left}, if it does so clearly. */
  static Optional<String> quarter(Thing thing) {
    Box box = thing.box();
    double x = (box.x0() + box.x1()) / 2 - .5;
    double y = (box.y0() + box.y1()) / 2 - .5;
    if (Math.min(Math.abs(x), Math.abs(y)) < CLEAR) {
      return Optional.empty();
    }
    return Optional.of((y < 0 ? "top " : "bottom ") + (x < 0 ? "left" : "right"));
  }

  static List<Candidate> background(SceneFacts facts) {
    return List.of(Candidate.of(QuestionType.BACKGROUND, facts.scene().pattern().word()));
  }

  static List<Candidate> tone(SceneFacts facts) {
    return List.of(Candidate.of(QuestionType.TONE, facts.scene().tone().word()));
  }
}

package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Colour;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.text.Turn;
import java.util.List;
import java.util.Optional;

/**
 * Questions of two to four words, {@code color dog}: so many fit into one text that a network finds
 * out in minutes what looking something up is.
 */
final class Keywords {
  private final SceneFacts facts;
  private final Chance chance;
  private final List<Thing> alone;
  private final List<RelationQuestion.Pair> pairs;

  Keywords(Scene scene, Chance chance) {
    facts = new SceneFacts(scene);
    this.chance = chance;
    alone = scene.things().stream().filter(thing -> facts.count(thing.kind()) == 1).toList();
    pairs =
        RelationQuestion.pairs(facts, Split.TRAIN).stream()
            .filter(pair -> !pair.subject().contains(" ") && !pair.object().contains(" "))
            .toList();
  }

  /** A question and its answer; empty if the draw met nothing that has a clear one. */
  Optional<List<Turn>> drawn() {
    return switch (chance.weighted(6, 3, 2, 1, 3)) {
      case 0 -> alone.isEmpty() ? Optional.empty() : feature(chance.pick(alone));
      case 1 -> Optional.of(presence());
      case 2 -> {
        Kind kind = chance.pick(facts.things()).kind();
        yield Optional.of(asked("many " + kind.word(), Integer.toString(facts.count(kind))));
      }
      case 3 -> kind();
      default -> relation();
    };
  }

  private Optional<List<Turn>> feature(Thing thing) {
    return switch (chance.below(3)) {
      case 0 -> Optional.of(asked(thing, "color", thing.colour().word()));
      case 1 -> Optional.of(asked(thing, "size", thing.magnitude().word()));
      default ->
          Math.abs(thing.x() - .5) < ThingQuestions.CLEAR
              ? Optional.empty()
              : Optional.of(asked(thing, "side", thing.x() < .5 ? "left" : "right"));
    };
  }

  private List<Turn> asked(Thing thing, String feature, String answer) {
    String kind = thing.kind().word();
    return asked(chance.happens(.5) ? feature + " " + kind : kind + " " + feature, answer);
  }

  private static List<Turn> asked(String question, String answer) {
    return List.of(Turn.user(question), Turn.assistant(answer));
  }

  private List<Turn> presence() {
    boolean there = chance.happens(.5);
    Kind kind = there ? chance.pick(facts.things()).kind() : chance.pick(facts.absent());
    return asked("is " + kind.word(), there ? "yes" : "no");
  }

  private Optional<List<Turn>> kind() {
    Colour colour = chance.pick(facts.things()).colour();
    return facts.things().stream()
        .filter(thing -> facts.count(colour) == 1 && thing.colour() == colour)
        .findFirst()
        .map(thing -> asked("thing " + colour.word(), thing.kind().word()));
  }

  private Optional<List<Turn>> relation() {
    if (pairs.isEmpty()) {
      return Optional.empty();
    }
    List<Relation> relations =
        pairs.stream().map(RelationQuestion.Pair::relation).distinct().toList();
    Relation relation = chance.pick(relations);
    RelationQuestion.Pair pair =
        chance.pick(pairs.stream().filter(p -> p.relation() == relation).toList());
    String about = pair.source() == RelationQuestion.Source.SIZE ? "size relation " : "relation ";
    return Optional.of(asked(about + pair.subject() + " " + pair.object(), relation.word()));
  }
}

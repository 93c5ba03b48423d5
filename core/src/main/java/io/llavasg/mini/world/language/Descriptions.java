package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.List;

/** Things in words: size, colour, kind and place. */
final class Descriptions {
  /** How far from the middle a thing is said to be at a side. */
  private static final double THIRD = 1 / 6.0;

  private Descriptions() {}

  /** Such as {@code a small red dog at the top left}. */
  static String phrase(Thing thing) {
    return Words.withArticle(thing.magnitude().word() + " " + thing.name()) + place(thing);
  }

  private static String place(Thing thing) {
    String row = thing.y() < .5 - THIRD ? "top" : thing.y() > .5 + THIRD ? "bottom" : "";
    String column = thing.x() < .5 - THIRD ? "left" : thing.x() > .5 + THIRD ? "right" : "";
    String place = (row + " " + column).strip();
    return place.isEmpty() ? " in the middle" : " at the " + place;
  }

  /**
   * Turns that ask for some of a scene's things, as those in LLaVA's mix that ask for regions; only
   * for things that a name fits alone.
   */
  static List<Turn> turns(Scene scene, int most, Chance chance) {
    SceneFacts facts = new SceneFacts(scene);
    List<Turn> turns = new ArrayList<>();
    for (int thing : chance.shuffled(facts.named())) {
      if (turns.size() < 2 * most) {
        String name = facts.reference(thing).orElseThrow();
        String asked = Template.drawn("describe", Split.TRAIN, chance).filled(List.of(name));
        turns.add(Turn.user(asked));
        turns.add(Turn.assistant(Words.sentence(phrase(facts.thing(thing))) + "."));
      }
    }
    return turns;
  }
}

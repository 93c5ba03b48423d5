package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Captions: one sentence that names everything, equal things together, from left to right. Five
 * forms, which are a test scene's five references.
 */
public final class Captions {
  /** Forms of captions, and references of a test scene. */
  public static final int FORMS = 5;

  private Captions() {}

  /** A caption of a form that chance decides. */
  public static String drawn(Scene scene, Split split, Chance chance) {
    return of(chance.below(FORMS), new SceneFacts(scene), split, chance);
  }

  /** One of each form. */
  public static List<String> references(Scene scene, Split split, Chance chance) {
    SceneFacts facts = new SceneFacts(scene);
    List<String> references = new ArrayList<>();
    for (int form = 0; form < FORMS; form++) {
      references.add(of(form, facts, split, chance.split(form)));
    }
    return references;
  }

  private static String of(int form, SceneFacts facts, Split split, Chance chance) {
    List<Thing> things = fromLeft(facts);
    return switch (form) {
      case 0 -> Words.sentence(list(things, false)) + ".";
      case 1 -> there(things);
      case 2 ->
          Words.sentence(list(things, false))
              + " on %s background.".formatted(Words.withArticle(facts.scene().pattern().word()));
      case 3 -> related(facts, things, split, chance);
      default -> "The image shows " + list(things, true) + ".";
    };
  }

  private static List<Thing> fromLeft(SceneFacts facts) {
    return facts.things().stream().sorted(Comparator.comparingDouble(Thing::x)).toList();
  }

  private static String there(List<Thing> things) {
    boolean one = items(things, false).values().iterator().next() == 1;
    return (one ? "There is " : "There are ") + list(things, false) + ".";
  }

  /** Two of the things in a relation, and with them the others. */
  private static String related(SceneFacts facts, List<Thing> things, Split split, Chance chance) {
    for (Thing first : things) {
      int subject = facts.things().indexOf(first);
      for (int object : chance.shuffled(facts.named())) {
        Optional<Relation> relation =
            subject == object || facts.reference(subject).isEmpty()
                ? Optional.empty()
                : facts.geometry().placement(subject, object);
        if (relation.isPresent()
            && (split == Split.TEST || !facts.pair(subject, relation.get(), object).isReserved())) {
          Thing second = facts.thing(object);
          List<Thing> others =
              things.stream().filter(thing -> thing != first && thing != second).toList();
          return Words.sentence(Words.withArticle(first.name()))
              + " "
              + relation.get().word()
              + " "
              + Words.withArticle(second.name())
              + (others.isEmpty() ? "." : ", with " + list(others, false) + ".");
        }
      }
    }
    return "We see " + list(things, false) + ".";
  }

  /** {@code a red dog, two blue cats and a key}. */
  static String list(List<Thing> things, boolean sized) {
    List<String> parts = new ArrayList<>();
    items(things, sized)
        .forEach(
            (name, count) ->
                parts.add(
                    count == 1
                        ? Words.withArticle(name)
                        : Words.number(count) + " " + plural(things, name)));
    return Words.joined(parts);
  }

  private static Map<String, Integer> items(List<Thing> things, boolean sized) {
    Map<String, Integer> items = new LinkedHashMap<>();
    things.forEach(thing -> items.merge(name(thing, sized), 1, Integer::sum));
    return items;
  }

  private static String name(Thing thing, boolean sized) {
    return sized ? thing.magnitude().word() + " " + thing.name() : thing.name();
  }

  private static String plural(List<Thing> things, String name) {
    String word = name.substring(name.lastIndexOf(' ') + 1);
    return things.stream()
        .map(Thing::kind)
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .map(kind -> name.substring(0, name.length() - word.length()) + kind.plural())
        .orElse(name);
  }
}

package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Category;
import io.llavasg.mini.world.Colour;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGeometry;
import io.llavasg.mini.world.Thing;
import io.llavasg.mini.world.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A scene as questions see it: names that mean one thing alone, counts, and what holds. */
final class SceneFacts {
  private final Scene scene;
  private final SceneGeometry geometry;
  private final List<Optional<String>> references = new ArrayList<>();
  private final Map<Relation, Verdict[][]> verdicts = new EnumMap<>(Relation.class);

  SceneFacts(Scene scene) {
    this.scene = scene;
    geometry = SceneGeometry.of(scene);
    for (Thing thing : scene.things()) {
      references.add(reference(thing));
    }
  }

  Scene scene() {
    return scene;
  }

  SceneGeometry geometry() {
    return geometry;
  }

  List<Thing> things() {
    return scene.things();
  }

  int size() {
    return scene.things().size();
  }

  Thing thing(int index) {
    return scene.things().get(index);
  }

  /** The shortest name that fits this thing alone: kind, with colour, with size and colour. */
  private Optional<String> reference(Thing thing) {
    if (count(other -> other.kind() == thing.kind()) == 1) {
      return Optional.of(thing.kind().word());
    }
    if (count(other -> other.name().equals(thing.name())) == 1) {
      return Optional.of(thing.name());
    }
    boolean alone =
        count(o -> o.name().equals(thing.name()) && o.magnitude() == thing.magnitude()) == 1;
    return alone ? Optional.of(thing.magnitude().word() + " " + thing.name()) : Optional.empty();
  }

  /** A name without article that fits this thing alone, if it has one. */
  Optional<String> reference(int thing) {
    return references.get(thing);
  }

  /** The indices of things that have a name of their own. */
  List<Integer> named() {
    List<Integer> named = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      if (references.get(i).isPresent()) {
        named.add(i);
      }
    }
    return named;
  }

  String name(int thing) {
    return references.get(thing).orElseThrow();
  }

  int count(Predicate<Thing> condition) {
    return (int) scene.things().stream().filter(condition).count();
  }

  int count(Kind kind) {
    return count(thing -> thing.kind() == kind);
  }

  int count(Colour colour) {
    return count(thing -> thing.colour() == colour);
  }

  int count(Category category) {
    return count(thing -> thing.kind().category() == category);
  }

  boolean has(Kind kind) {
    return count(kind) > 0;
  }

  List<Kind> absent() {
    return Kind.ALL.stream().filter(kind -> !has(kind)).toList();
  }

  Verdict verdict(Relation relation, int subject, int object) {
    Verdict[][] known =
        verdicts.computeIfAbsent(
            relation,
            key -> {
              Verdict[][] all = new Verdict[size()][size()];
              for (int a = 0; a < size(); a++) {
                for (int b = 0; b < size(); b++) {
                  all[a][b] = a == b ? Verdict.FAILS : geometry.verdict(key, a, b);
                }
              }
              return all;
            });
    return known[subject][object];
  }

  /**
   * The one thing that stands in a relation to another. Empty if there is none, if there are more,
   * or if it is unclear of any.
   */
  Optional<Integer> only(Relation relation, int object) {
    int found = -1;
    for (int subject = 0; subject < size(); subject++) {
      switch (verdict(relation, subject, object)) {
        case UNCLEAR -> {
          return Optional.empty();
        }
        case HOLDS -> {
          if (found >= 0) {
            return Optional.empty();
          }
          found = subject;
        }
        case FAILS -> {}
      }
    }
    return found < 0 ? Optional.empty() : Optional.of(found);
  }

  Candidate.Pair pair(int subject, Relation relation, int object) {
    return new Candidate.Pair(thing(subject).kind(), relation, thing(object).kind());
  }
}

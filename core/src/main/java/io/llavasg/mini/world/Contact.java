package io.llavasg.mini.world;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whether a thing lies against another, and how; of which one, it does not say. */
public enum Contact {
  INSIDE(Relation.INSIDE),
  ON(Relation.ON),
  BEHIND(Relation.BEHIND),
  /** None of these. */
  NONE;

  private final Optional<Relation> relation;

  Contact(Relation relation) {
    this.relation = Optional.of(relation);
  }

  Contact() {
    relation = Optional.empty();
  }

  /** Of each thing of a scene the first that is so of it and any other. */
  public static List<Contact> of(Scene scene) {
    SceneGeometry geometry = SceneGeometry.of(scene);
    return IntStream.range(0, scene.things().size()).mapToObj(i -> of(geometry, scene, i)).toList();
  }

  private static Contact of(SceneGeometry geometry, Scene scene, int subject) {
    for (Contact contact : List.of(INSIDE, ON, BEHIND)) {
      Relation relation = contact.relation.orElseThrow();
      for (int object = 0; object < scene.things().size(); object++) {
        if (object != subject && geometry.verdict(relation, subject, object) == Verdict.HOLDS) {
          return contact;
        }
      }
    }
    return NONE;
  }

  /** The relation's word, if there is one. */
  public Optional<String> word() {
    return relation.map(Relation::word);
  }
}

package io.llavasg.mini.world;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whether a thing lies against another, or close by, and how; of which one, it does not say. */
public enum Contact {
  INSIDE(Relation.INSIDE),
  ON(Relation.ON),
  BEHIND(Relation.BEHIND),
  /** Close to another, in no direction. */
  NEAR(Relation.NEAR),
  /** None of these. */
  NONE;

  private final Optional<Relation> relation;

  Contact(Relation relation) {
    this.relation = Optional.of(relation);
  }

  Contact() {
    relation = Optional.empty();
  }

  /** Of each thing of a scene the first that is its placement beside any other. */
  public static List<Contact> of(Scene scene) {
    SceneGeometry geometry = SceneGeometry.of(scene);
    return IntStream.range(0, scene.things().size()).mapToObj(i -> of(geometry, scene, i)).toList();
  }

  private static Contact of(SceneGeometry geometry, Scene scene, int subject) {
    Set<Relation> placements =
        IntStream.range(0, scene.things().size())
            .filter(object -> object != subject)
            .mapToObj(object -> geometry.placement(subject, object))
            .flatMap(Optional::stream)
            .collect(Collectors.toSet());
    return Stream.of(values())
        .filter(contact -> contact.relation.filter(placements::contains).isPresent())
        .findFirst()
        .orElse(NONE);
  }

  /** The relation's word, if there is one. */
  public Optional<String> word() {
    return relation.map(Relation::word);
  }
}

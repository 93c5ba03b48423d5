package io.llavasg.mini.world.language;

import io.llavasg.text.Turn;
import java.util.List;
import java.util.Optional;

/**
 * A training sample's text: user and assistant in turn, without the image's marker.
 *
 * @param relation the relation question that it is, if it is one
 */
public record Lesson(List<Turn> turns, Optional<RelationQuestion> relation) {

  public Lesson {
    turns = List.copyOf(turns);
  }

  static Lesson of(List<Turn> turns) {
    return new Lesson(turns, Optional.empty());
  }
}

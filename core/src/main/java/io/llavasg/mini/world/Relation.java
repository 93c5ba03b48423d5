package io.llavasg.mini.world;

import java.util.List;
import java.util.Optional;

/**
 * What may hold between a subject and an object. {@link SceneGeometry#verdict} has the definitions.
 */
public enum Relation {
  INSIDE("inside"),
  ON("on"),
  BEHIND("behind"),
  LEFT_OF("left of"),
  RIGHT_OF("right of"),
  ABOVE("above"),
  BELOW("below"),
  NEAR("near"),
  LARGER("larger than"),
  SMALLER("smaller than");

  /** Where the subject is. The first of these that holds is a pair's placement. */
  public static final List<Relation> PLACEMENTS =
      List.of(INSIDE, ON, BEHIND, LEFT_OF, RIGHT_OF, ABOVE, BELOW, NEAR);

  /** Those of the four directions. */
  public static final List<Relation> DIRECTIONS = List.of(LEFT_OF, RIGHT_OF, ABOVE, BELOW);

  private final String word;

  Relation(String word) {
    this.word = word;
  }

  /** As it stands between subject and object: {@code left of}. */
  public String word() {
    return word;
  }

  /**
   * What holds of object and subject where this holds of subject and object, if that has a name.
   */
  public Optional<Relation> converse() {
    return switch (this) {
      case LEFT_OF -> Optional.of(RIGHT_OF);
      case RIGHT_OF -> Optional.of(LEFT_OF);
      case ABOVE -> Optional.of(BELOW);
      case BELOW -> Optional.of(ABOVE);
      case LARGER -> Optional.of(SMALLER);
      case SMALLER -> Optional.of(LARGER);
      case NEAR -> Optional.of(NEAR);
      case INSIDE, ON, BEHIND -> Optional.empty();
    };
  }
}

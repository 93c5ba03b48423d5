package io.llavasg.mini.world;

/**
 * Which part of the world a text or a scene is from. Hashes decide, so that no list has to be kept
 * and any two programs agree: of compositions and of entity-relation pairs a tenth each belongs to
 * the test alone, whatever the seed.
 */
public enum Split {
  TRAIN,
  TEST;

  private static final int PARTS = 10;

  /** The split that a composition of {@link Scene#composition} belongs to. */
  public static Split ofComposition(String composition) {
    return reserved("composition " + composition) ? TEST : TRAIN;
  }

  /**
   * Whether training never names this pair: a subject's kind, a relation, an object's kind. A pair
   * and its converse (left of, right of) are kept together.
   */
  public static boolean isReserved(Kind subject, Relation relation, Kind object) {
    Relation converse = relation.converse().orElse(relation);
    boolean turned =
        converse == relation
            ? relation == Relation.NEAR && subject.compareTo(object) > 0
            : converse.compareTo(relation) < 0;
    String key =
        turned
            ? object.word() + " " + converse.word() + " " + subject.word()
            : subject.word() + " " + relation.word() + " " + object.word();
    return reserved("pair " + key);
  }

  private static boolean reserved(String key) {
    return Math.floorMod(Chance.hash(key), PARTS) == 0;
  }
}

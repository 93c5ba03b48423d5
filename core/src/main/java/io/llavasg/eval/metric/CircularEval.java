package io.llavasg.eval.metric;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MMBench's CircularEval: a question is asked once for each rotation of its options, and is right
 * if it is answered rightly every time. Rotations of a question have the same index modulo a
 * million; the one below a million is the question itself, and others without it count nothing.
 *
 * @param accuracy share of the questions that are right; 0 of none
 * @param byAbility the same for each ability that has questions
 * @param right of every question, by its index
 */
public record CircularEval(
    double accuracy, Map<Ability, Double> byAbility, Map<Long, Boolean> right) {
  private static final long ROTATION = 1_000_000;

  /**
   * One answer.
   *
   * @param index of the row in MMBench's file
   * @param ability that the question tests
   * @param right whether the answer was
   */
  public record Rotation(long index, Ability ability, boolean right) {}

  /** The figures of these answers, in any order. */
  public static CircularEval of(List<Rotation> rotations) {
    Map<Long, Boolean> all = new LinkedHashMap<>();
    for (Rotation rotation : rotations) {
      all.merge(rotation.index() % ROTATION, rotation.right(), Boolean::logicalAnd);
    }
    Map<Long, Boolean> right = new LinkedHashMap<>();
    Map<Ability, Tally> tallies = new EnumMap<>(Ability.class);
    for (Rotation rotation : rotations) {
      if (rotation.index() < ROTATION) {
        boolean whole = all.getOrDefault(rotation.index(), false);
        right.put(rotation.index(), whole);
        tallies.merge(rotation.ability(), new Tally(1, whole ? 1 : 0), Tally::plus);
      }
    }
    Map<Ability, Double> byAbility = new EnumMap<>(Ability.class);
    tallies.forEach((ability, tally) -> byAbility.put(ability, tally.share()));
    Tally total = tallies.values().stream().reduce(new Tally(0, 0), Tally::plus);
    return new CircularEval(total.share(), byAbility, right);
  }

  private record Tally(int questions, int right) {
    Tally plus(Tally other) {
      return new Tally(questions + other.questions, right + other.right);
    }

    double share() {
      return questions == 0 ? 0 : (double) right / questions;
    }
  }
}

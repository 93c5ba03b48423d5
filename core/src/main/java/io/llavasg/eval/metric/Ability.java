package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** MMBench's six fine-grained abilities, which its files call level 2 categories. */
public enum Ability {
  LR("LR", "logic_reasoning"),
  AR("AR", "attribute_reasoning"),
  RR("RR", "relation_reasoning"),
  FP_S("FP-S", "finegrained_perception (instance-level)"),
  FP_C("FP-C", "finegrained_perception (cross-instance)"),
  CP("CP", "coarse_perception");

  private final String abbreviation;
  private final String category;

  Ability(String abbreviation, String category) {
    this.abbreviation = abbreviation;
    this.category = category;
  }

  /** As the paper's tables head its column. */
  public String abbreviation() {
    return abbreviation;
  }

  /**
   * The ability that the column L2-category names.
   *
   * @throws LlavaSgException user, if there is no such ability
   */
  public static Ability ofCategory(String category) {
    return Arrays.stream(values())
        .filter(ability -> ability.category.equals(category))
        .findFirst()
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "'%s' is no L2-category of MMBench; they are %s",
                    category,
                    Arrays.stream(values())
                        .map(ability -> ability.category)
                        .collect(Collectors.joining(", "))));
  }
}

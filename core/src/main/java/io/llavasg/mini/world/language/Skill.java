package io.llavasg.mini.world.language;

/** The six abilities of MMBench, which the miniature's multiple choices are sorted by. */
public enum Skill {
  LOGICAL_REASONING("LR", "logic_reasoning"),
  ATTRIBUTE_REASONING("AR", "attribute_reasoning"),
  RELATION_REASONING("RR", "relation_reasoning"),
  SINGLE_INSTANCE("FP-S", "finegrained_perception (instance-level)"),
  CROSS_INSTANCE("FP-C", "finegrained_perception (cross-instance)"),
  COARSE("CP", "coarse_perception");

  private final String abbreviation;
  private final String key;

  Skill(String abbreviation, String key) {
    this.abbreviation = abbreviation;
    this.key = key;
  }

  /** As the paper's tables have it, such as {@code FP-S}. */
  public String abbreviation() {
    return abbreviation;
  }

  /** As MMBench's column {@code l2-category} has it. */
  public String key() {
    return key;
  }
}

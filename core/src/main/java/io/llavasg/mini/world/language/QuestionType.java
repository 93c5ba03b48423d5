package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import java.util.List;
import java.util.Locale;

/**
 * What a question is about, and where GQA's classification puts it; the template's key is the name
 * in lower case.
 */
public enum QuestionType {
  EXISTS("verify", "obj"),
  ATTRIBUTE("verify", "attr"),
  COLOR("query", "attr"),
  SIZE("choose", "attr"),
  KIND("query", "obj"),
  CATEGORY("query", "cat"),
  COUNT("query", "obj"),
  SIDE("choose", "attr"),
  BACKGROUND("query", "global"),
  TONE("choose", "global"),
  RELATION("verify", "rel"),
  RELATED("query", "rel"),
  RELATED_COLOR("query", "attr"),
  TWO_HOP("query", "rel"),
  EITHER_WAY("choose", "rel"),
  SAME_COLOR("compare", "attr"),
  LARGER("compare", "attr"),
  MORE("compare", "obj"),
  BOTH("logical", "obj"),
  EITHER("logical", "obj");

  static final List<QuestionType> ALL = List.of(values());

  /** Counting is learnt last, and about every eighth question of VQAv2 is answered by a number. */
  private static final int COUNT_SHARE = 5;

  private final String structural;
  private final String semantic;

  QuestionType(String structural, String semantic) {
    this.structural = structural;
    this.semantic = semantic;
  }

  /** GQA's structural type. */
  public String structural() {
    return structural;
  }

  /** GQA's semantic type. */
  public String semantic() {
    return semantic;
  }

  /** Whether it is answered by yes or no. */
  public boolean isBinary() {
    return switch (this) {
      case EXISTS, ATTRIBUTE, RELATION, SAME_COLOR, MORE, BOTH, EITHER -> true;
      default -> false;
    };
  }

  /** One of some types: how many there are is asked more often than anything else. */
  static QuestionType drawn(List<QuestionType> types, Chance chance) {
    return types.get(
        chance.weighted(
            types.stream().mapToInt(type -> type == COUNT ? COUNT_SHARE : 1).toArray()));
  }

  /** The name in files, such as {@code two_hop}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.llavasg.mini.world;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a thing is; each kind has a drawing of its own in {@code pictograms.txt}. */
public enum Kind {
  CIRCLE(Category.SHAPE),
  SQUARE(Category.SHAPE),
  RECTANGLE(Category.SHAPE),
  TRIANGLE(Category.SHAPE),
  DIAMOND(Category.SHAPE),
  OVAL(Category.SHAPE),
  HEXAGON(Category.SHAPE),
  CROSS(Category.SHAPE, "crosses"),
  RING(Category.SHAPE),
  ARROW(Category.SHAPE),
  STAR(Category.SHAPE),
  HEART(Category.SHAPE),
  DOG(Category.ANIMAL),
  CAT(Category.ANIMAL),
  RABBIT(Category.ANIMAL),
  BIRD(Category.ANIMAL),
  FISH(Category.ANIMAL, "fish"),
  BUTTERFLY(Category.ANIMAL, "butterflies"),
  TREE(Category.PLANT),
  FLOWER(Category.PLANT),
  LEAF(Category.PLANT, "leaves"),
  APPLE(Category.FOOD),
  CARROT(Category.FOOD),
  MUSHROOM(Category.FOOD),
  CAR(Category.VEHICLE),
  BOAT(Category.VEHICLE),
  PLANE(Category.VEHICLE),
  SUN(Category.SKY),
  MOON(Category.SKY),
  CLOUD(Category.SKY),
  HOUSE(Category.HOUSEHOLD),
  KEY(Category.HOUSEHOLD),
  CUP(Category.HOUSEHOLD),
  UMBRELLA(Category.HOUSEHOLD),
  BALL(Category.HOUSEHOLD),
  BOOK(Category.HOUSEHOLD),
  BELL(Category.HOUSEHOLD),
  TABLE(Category.HOUSEHOLD),
  HAT(Category.HOUSEHOLD),
  CLOCK(Category.HOUSEHOLD);

  /** All kinds in their order. */
  public static final List<Kind> ALL = List.of(values());

  /** Kinds with a flat top, on which a thing may stand. */
  static final List<Kind> SUPPORTS = List.of(SQUARE, RECTANGLE, TABLE);

  /** Kinds in which a small thing may lie. */
  static final List<Kind> CONTAINERS = List.of(CIRCLE, SQUARE, HEXAGON);

  private final Category category;
  private final String word;
  private final String plural;

  Kind(Category category) {
    this(category, "");
  }

  Kind(Category category, String plural) {
    this.category = category;
    word = name().toLowerCase(Locale.ROOT);
    this.plural = plural.isEmpty() ? word + "s" : plural;
  }

  public Category category() {
    return category;
  }

  /** One of it, such as {@code leaf}; also the label of its entities and its tag. */
  public String word() {
    return word;
  }

  /** Several of it, such as {@code leaves}. */
  public String plural() {
    return plural;
  }

  /** {@code an} before a vowel, else {@code a}. */
  public String article() {
    return "aeiou".indexOf(word.charAt(0)) >= 0 ? "an" : "a";
  }

  /** Whether it has a flat top, on which a thing may stand. */
  public boolean isSupport() {
    return SUPPORTS.contains(this);
  }

  /** Whether a small thing may lie in it. */
  public boolean isContainer() {
    return CONTAINERS.contains(this);
  }

  /** The kinds of a category, in their order. */
  public static List<Kind> of(Category category) {
    return Stream.of(values()).filter(kind -> kind.category == category).toList();
  }
}

package io.llavasg.mini.world;

import java.util.List;

/** What a kind is one of. */
public enum Category {
  SHAPE("shape", "shapes"),
  ANIMAL("animal", "animals"),
  PLANT("plant", "plants"),
  FOOD("food", "foods"),
  VEHICLE("vehicle", "vehicles"),
  SKY("sky thing", "sky things"),
  HOUSEHOLD("house thing", "house things");

  /**
   * Those that questions name: where English has one word, and nobody doubts what belongs to it.
   */
  public static final List<Category> NAMED = List.of(SHAPE, ANIMAL, PLANT, FOOD, VEHICLE);

  private final String word;
  private final String plural;

  Category(String word, String plural) {
    this.word = word;
    this.plural = plural;
  }

  public String word() {
    return word;
  }

  public String plural() {
    return plural;
  }
}

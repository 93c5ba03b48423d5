package io.llavasg.mini.world;

/** What a kind is one of. */
public enum Category {
  SHAPE("shape"),
  ANIMAL("animal"),
  PLANT("plant"),
  FOOD("food"),
  VEHICLE("vehicle"),
  SKY("sky thing"),
  TOOL("house thing");

  private final String word;

  Category(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}

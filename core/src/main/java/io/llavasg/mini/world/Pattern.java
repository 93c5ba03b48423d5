package io.llavasg.mini.world;

/** The texture of a background. */
public enum Pattern {
  PLAIN("plain"),
  NOISE("noisy"),
  STRIPES("striped"),
  CHECKS("checked"),
  GRADIENT("shaded"),
  DOTS("dotted");

  private final String word;

  Pattern(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}

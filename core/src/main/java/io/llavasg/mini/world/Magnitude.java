package io.llavasg.mini.world;

/** A thing's size in words. The two ranges are so far apart that nobody mistakes one. */
public enum Magnitude {
  SMALL("small", .175, .205),
  LARGE("large", .31, .37);

  private final String word;
  private final double least;
  private final double most;

  Magnitude(String word, double least, double most) {
    this.word = word;
    this.least = least;
    this.most = most;
  }

  public String word() {
    return word;
  }

  /** The range of the longer side, in parts of the scene's. */
  double extent(Chance chance) {
    return chance.between(least, most);
  }
}

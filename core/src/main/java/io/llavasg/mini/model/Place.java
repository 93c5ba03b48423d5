package io.llavasg.mini.model;

import io.llavasg.mini.world.Thing;

/** Where a thing's centre lies in the picture, in words. */
final class Place {
  private Place() {}

  /** One of nine places, such as {@code top left}. */
  static String coarse(Thing thing) {
    return row(thing.y()) + " " + column(thing.x());
  }

  /**
   * One of 81: each of the nine divided once more, such as {@code right of left, top of bottom}.
   */
  static String fine(Thing thing) {
    double x = 3 * thing.x();
    double y = 3 * thing.y();
    return "%s of %s, %s of %s"
        .formatted(column(x - whole(x)), column(thing.x()), row(y - whole(y)), row(thing.y()));
  }

  /** Which third, 0 to 2. */
  private static double whole(double thirds) {
    return Math.min(2, Math.floor(thirds));
  }

  private static String column(double x) {
    return third(x, "left", "middle", "right");
  }

  private static String row(double y) {
    return third(y, "top", "middle", "bottom");
  }

  private static String third(double at, String first, String second, String last) {
    return at < 1 / 3.0 ? first : at < 2 / 3.0 ? second : last;
  }
}

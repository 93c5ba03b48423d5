package io.llavasg.mini.model;

import io.llavasg.mini.world.Square;
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
  static String fine(Square square) {
    return "%s of %s, %s of %s"
        .formatted(
            column(within(square.column())),
            column(whole(square.column())),
            row(within(square.row())),
            row(whole(square.row())));
  }

  /** Which third a square is in, as a place. */
  private static double whole(int square) {
    return (square + .5) / Square.COUNT;
  }

  private static double within(int square) {
    double thirds = 3 * whole(square);
    return thirds - Math.floor(thirds);
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

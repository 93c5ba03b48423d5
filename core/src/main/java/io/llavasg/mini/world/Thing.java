package io.llavasg.mini.world;

import io.llavasg.graph.Box;

/**
 * One thing of a scene, in the unit square with y pointing down.
 *
 * @param x of its centre
 * @param y of its centre
 * @param extent the longer side of its drawing
 * @param mirrored whether left and right are exchanged in its drawing
 * @param shade a factor on its colour's brightness, near 1
 */
public record Thing(
    Kind kind,
    Colour colour,
    Magnitude magnitude,
    double x,
    double y,
    double extent,
    boolean mirrored,
    double shade) {

  /** The extent of all of its drawing, hidden parts included, in the unit square. */
  public Box box() {
    Pictogram pictogram = Pictogram.of(kind);
    double halfWidth = pictogram.width() * extent / 2;
    double halfHeight = pictogram.height() * extent / 2;
    return new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
  }

  /** Colour and kind, such as {@code red dog}. */
  public String name() {
    return colour.word() + " " + kind.word();
  }

  /** The same thing elsewhere. */
  Thing at(double newX, double newY) {
    return new Thing(kind, colour, magnitude, newX, newY, extent, mirrored, shade);
  }
}

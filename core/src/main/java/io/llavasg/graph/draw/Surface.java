package io.llavasg.graph.draw;

import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.image.BufferedImage;

/** What figures draw on; coordinates are pixels of the figure. */
interface Surface {

  /** Draws an image at its own size with its top left corner at (x, y). */
  void image(BufferedImage image, int x, int y);

  /** Fills a shape by the even-odd rule. */
  void fill(Shape shape, Color colour);

  /** Draws a shape's line with round caps and joins. */
  void stroke(Shape shape, Color colour, double width);

  /** Draws one line of text from (x, baseline). */
  void text(String text, double x, double baseline, Font font, Color colour);

  /** This surface with its origin moved to (dx, dy). */
  default Surface shifted(int dx, int dy) {
    return new ShiftedSurface(this, dx, dy);
  }
}

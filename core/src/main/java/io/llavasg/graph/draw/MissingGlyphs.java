package io.llavasg.graph.draw;

import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.image.BufferedImage;

/** A surface that shows nothing, and gathers the characters that a font cannot show. */
final class MissingGlyphs implements Surface {

  private final StringBuilder characters = new StringBuilder();

  /** Each once, in the order in which they are met. */
  String characters() {
    return characters.toString();
  }

  @Override
  public void image(BufferedImage image, int x, int y) {}

  @Override
  public void fill(Shape shape, Color colour) {}

  @Override
  public void stroke(Shape shape, Color colour, double width) {}

  @Override
  public void text(String text, double x, double baseline, Font font, Color colour) {
    text.codePoints()
        .filter(c -> !font.canDisplay(c) && characters.indexOf(Character.toString(c)) < 0)
        .forEach(characters::appendCodePoint);
  }
}

package io.llavasg.graph.draw;

import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;

/** A surface whose origin lies elsewhere on another. */
record ShiftedSurface(Surface surface, int dx, int dy) implements Surface {

  @Override
  public void image(BufferedImage image, int x, int y) {
    surface.image(image, x + dx, y + dy);
  }

  @Override
  public void fill(Shape shape, Color colour) {
    surface.fill(shifted(shape), colour);
  }

  @Override
  public void stroke(Shape shape, Color colour, double width) {
    surface.stroke(shifted(shape), colour, width);
  }

  @Override
  public void text(String text, double x, double baseline, Font font, Color colour) {
    surface.text(text, x + dx, baseline + dy, font, colour);
  }

  private Shape shifted(Shape shape) {
    return AffineTransform.getTranslateInstance(dx, dy).createTransformedShape(shape);
  }
}

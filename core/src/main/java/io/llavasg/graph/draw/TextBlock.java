package io.llavasg.graph.draw;

import java.awt.Color;
import java.awt.Font;
import java.util.List;

/** Wrapped text with a known height in pixels. */
record TextBlock(List<String> lines, Font font, Color colour, double leading, double ascent) {

  private static final double LEADING = 1.22;

  static TextBlock of(String text, double width, Font font, Color colour, Typeface typeface) {
    return new TextBlock(
        typeface.wrap(text, font, width),
        font,
        colour,
        LEADING * typeface.lineHeight(font),
        typeface.ascent(font));
  }

  double height() {
    return leading * lines.size();
  }

  /** Draws with the top left corner at (x, y). */
  void drawOn(Surface surface, double x, double y) {
    double baseline = y + ascent;
    for (String line : lines) {
      if (!line.isEmpty()) {
        surface.text(line, x, baseline, font, colour);
      }
      baseline += leading;
    }
  }
}

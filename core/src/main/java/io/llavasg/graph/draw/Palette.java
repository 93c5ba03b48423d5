package io.llavasg.graph.draw;

import java.awt.Color;

/** Colours of entities: far apart from each other, and all bright enough for black text on them. */
final class Palette {

  /** Ordered so that neighbours in the list differ most. */
  private static final int[] FIRST = {
    0xff5a5f, 0x2ec4ff, 0xffc93c, 0x58d68d, 0xc084fc, 0xff9f43,
    0x2dd4bf, 0xff7ac6, 0xb6e34a, 0x8fa8ff, 0xe0b080, 0x7fe3f5,
  };

  private static final float GOLDEN_ANGLE = 0.381966f;

  private Palette() {}

  static Color of(int entity) {
    if (entity < FIRST.length) {
      return new Color(FIRST[entity]);
    }
    float saturation = .55f + .15f * (entity % 3 - 1);
    return Color.getHSBColor(.03f + entity * GOLDEN_ANGLE, saturation, .97f);
  }

  static Color withAlpha(Color colour, double alpha) {
    return new Color(
        colour.getRed(), colour.getGreen(), colour.getBlue(), (int) Math.round(255 * alpha));
  }
}

package io.llavasg.mini.world;

import java.util.List;
import java.util.Locale;

/** A thing's colour: that of its main layer, from which its other layers take theirs. */
public enum Colour {
  RED(0xd8262c),
  ORANGE(0xf28a1c),
  YELLOW(0xf6dc2e),
  GREEN(0x2f9e44),
  BLUE(0x2563d9),
  PURPLE(0x8e3cc4),
  WHITE(0xf5f5f2),
  BLACK(0x26262b);

  /** All colours in their order. */
  public static final List<Colour> ALL = List.of(values());

  private final String word = name().toLowerCase(Locale.ROOT);
  private final int rgb;

  Colour(int rgb) {
    this.rgb = rgb;
  }

  public String word() {
    return word;
  }

  /** The colour of a layer, 0xRRGGBB. */
  int of(Paint paint) {
    return switch (paint) {
      case MAIN -> rgb;
      case DARK -> this == BLACK ? Rgb.mix(rgb, 0xffffff, .28) : Rgb.mix(rgb, 0x000000, .38);
      case LIGHT -> this == WHITE ? 0xc9ccd2 : Rgb.mix(rgb, 0xffffff, this == BLACK ? .5 : .62);
      case INK -> this == BLACK ? 0xf0f0ec : 0x1a1a1e;
    };
  }
}

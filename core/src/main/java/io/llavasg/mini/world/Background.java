package io.llavasg.mini.world;

import java.util.List;

/**
 * A texture of two close colours.
 *
 * @param first 0xRRGGBB
 * @param second 0xRRGGBB
 * @param period of what repeats, in parts of the scene's side
 * @param direction of stripes, rows and slopes: 0 along x, 1 along y, 2 and 3 along the diagonals
 * @param phase seed of noise, and where a pattern starts
 */
record Background(
    Pattern pattern, Tone tone, int first, int second, double period, int direction, long phase) {

  static Background drawn(Chance chance) {
    Pattern pattern = chance.pick(List.of(Pattern.values()));
    Tone tone = chance.pick(List.of(Tone.values()));
    int first = chance.pick(tone.colours());
    // A texture has to be seen at a glance and yet be paler than any thing.
    double contrast = chance.between(.16, .24);
    int second = Rgb.mix(first, tone == Tone.LIGHT ? 0x303030 : 0xffffff, contrast);
    return new Background(
        pattern, tone, first, second, chance.between(.12, .18), chance.below(4), chance.next());
  }

  /** The colour at a point of the unit square, 0xRRGGBB. */
  int at(double x, double y) {
    double share =
        switch (pattern) {
          case PLAIN -> 0;
          case NOISE -> noise(x, y);
          case STRIPES -> Math.floorMod((int) Math.floor(2 * along(x, y) / period), 2);
          case CHECKS ->
              Math.floorMod(
                  (int) Math.floor(x / period + start()) + (int) Math.floor(y / period + start()),
                  2);
          case GRADIENT -> gradient(x, y);
          case DOTS -> dots(x, y);
        };
    return Rgb.mix(first, second, share);
  }

  private double start() {
    return (phase >>> 40) * 0x1.0p-24;
  }

  private double along(double x, double y) {
    return switch (direction) {
      case 0 -> x;
      case 1 -> y;
      case 2 -> .75 * (x + y);
      default -> .75 * (x - y);
    };
  }

  /** From the first colour past the second by half of the way. */
  private double gradient(double x, double y) {
    double at =
        switch (direction) {
          case 0 -> x;
          case 1 -> y;
          case 2 -> (x + y) / 2;
          default -> (x - y + 1) / 2;
        };
    return 1.5 * at;
  }

  private double dots(double x, double y) {
    double u = x / period + start();
    double v = y / period + start();
    double dx = u - Math.floor(u) - .5;
    double dy = v - Math.floor(v) - .5;
    return dx * dx + dy * dy < .075 ? 1 : 0;
  }

  /** Value noise of two octaves. */
  private double noise(double x, double y) {
    return .8 * lattice(x * 30, y * 30, 1) + .7 * lattice(x * 60, y * 60, 2);
  }

  private double lattice(double x, double y, long octave) {
    int column = (int) x;
    int row = (int) y;
    double u = x - column;
    double v = y - row;
    double top = knot(column, row, octave) * (1 - u) + knot(column + 1, row, octave) * u;
    double bottom = knot(column, row + 1, octave) * (1 - u) + knot(column + 1, row + 1, octave) * u;
    return top * (1 - v) + bottom * v;
  }

  private double knot(int column, int row, long octave) {
    return (Chance.mix(phase + octave * 0x10001L + column * 0x3001L + row * 0x700000001L) >>> 11)
        * 0x1.0p-53;
  }
}

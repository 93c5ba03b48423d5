package io.llavasg.mini.world;

import java.util.ArrayList;
import java.util.List;

/**
 * A square of the board that lies over a picture, {@value #COUNT} along each side.
 *
 * @param column from the left, 0 to {@value #COUNT} − 1
 * @param row from the top
 */
public record Square(int column, int row) {
  /** Squares along a side. */
  public static final int COUNT = 9;

  /**
   * How much of a place a square stands for.
   *
   * @param share above 0, at most 1
   */
  public record Part(Square square, double share) {}

  /**
   * A thing's centre by the up to four squares whose own centres are around it, nearer ones with
   * more, and 1 in all (bilinear interpolation); so a place is told to more than a square.
   */
  public static List<Part> around(Thing thing) {
    double[] columns = shares(thing.x());
    double[] rows = shares(thing.y());
    List<Part> parts = new ArrayList<>();
    for (int row = 0; row < COUNT; row++) {
      for (int column = 0; column < COUNT; column++) {
        double share = columns[column] * rows[row];
        if (share > 0) {
          parts.add(new Part(new Square(column, row), share));
        }
      }
    }
    return List.copyOf(parts);
  }

  private static double[] shares(double at) {
    double[] shares = new double[COUNT];
    double beyond = Math.clamp(COUNT * at - .5, 0, COUNT - 1);
    int before = (int) beyond;
    shares[before] = 1 - (beyond - before);
    if (beyond > before) {
      shares[before + 1] = beyond - before;
    }
    return shares;
  }
}

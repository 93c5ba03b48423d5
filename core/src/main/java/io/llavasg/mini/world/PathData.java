package io.llavasg.mini.world;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the path language of {@code pictograms.txt} into polygons. Curves become a fixed number of
 * chords, by strict arithmetic, so the polygons are the same everywhere.
 */
final class PathData {
  private static final int CHORDS = 10;
  private static final int CHORDS_OF_ELLIPSE = 36;

  private final String[] words;
  private int at;
  private final List<double[]> rings = new ArrayList<>();
  private final List<Double> open = new ArrayList<>();

  private PathData(String path) {
    words = path.split(" ");
  }

  static List<double[]> polygons(String path) {
    return new PathData(path).read();
  }

  private List<double[]> read() {
    while (at < words.length) {
      String command = words[at++];
      switch (command) {
        case "M", "L" -> to(number(), number());
        case "Q" -> quadratic(number(), number(), number(), number());
        case "C" -> cubic(number(), number(), number(), number(), number(), number());
        case "Z" -> close(false);
        case "R", "r" -> rectangle(number(), number(), number(), number(), command.equals("r"));
        case "O", "o" ->
            ellipse(number(), number(), number(), number(), number(), command.equals("o"));
        default -> throw new IllegalStateException("unknown command '" + command + "' in a path");
      }
    }
    return rings;
  }

  private double number() {
    return Double.parseDouble(words[at++]);
  }

  private void to(double x, double y) {
    open.add(x);
    open.add(y);
  }

  /** Where two signed areas would cancel out under the non-zero rule, all must turn alike. */
  private void close(boolean hole) {
    double[] ring = open.stream().mapToDouble(Double::doubleValue).toArray();
    open.clear();
    double area = 0;
    for (int i = 0; i < ring.length; i += 2) {
      int next = (i + 2) % ring.length;
      area += ring[i] * ring[next + 1] - ring[next] * ring[i + 1];
    }
    if (area < 0 != hole) {
      for (int i = 0, j = ring.length - 2; i < j; i += 2, j -= 2) {
        for (int axis = 0; axis < 2; axis++) {
          double kept = ring[i + axis];
          ring[i + axis] = ring[j + axis];
          ring[j + axis] = kept;
        }
      }
    }
    rings.add(ring);
  }

  private void quadratic(double x1, double y1, double x, double y) {
    double x0 = open.get(open.size() - 2);
    double y0 = open.getLast();
    for (int i = 1; i <= CHORDS; i++) {
      double t = (double) i / CHORDS;
      double s = 1 - t;
      to(s * s * x0 + 2 * s * t * x1 + t * t * x, s * s * y0 + 2 * s * t * y1 + t * t * y);
    }
  }

  private void cubic(double x1, double y1, double x2, double y2, double x, double y) {
    double x0 = open.get(open.size() - 2);
    double y0 = open.getLast();
    for (int i = 1; i <= CHORDS; i++) {
      double t = (double) i / CHORDS;
      double s = 1 - t;
      double a = s * s * s;
      double b = 3 * s * s * t;
      double c = 3 * s * t * t;
      double d = t * t * t;
      to(a * x0 + b * x1 + c * x2 + d * x, a * y0 + b * y1 + c * y2 + d * y);
    }
  }

  private void rectangle(double x, double y, double width, double height, boolean hole) {
    to(x, y);
    to(x + width, y);
    to(x + width, y + height);
    to(x, y + height);
    close(hole);
  }

  private void ellipse(double x, double y, double rx, double ry, double degrees, boolean hole) {
    double cosine = StrictMath.cos(StrictMath.toRadians(degrees));
    double sine = StrictMath.sin(StrictMath.toRadians(degrees));
    for (int i = 0; i < CHORDS_OF_ELLIPSE; i++) {
      double angle = 2 * StrictMath.PI * i / CHORDS_OF_ELLIPSE;
      double u = rx * StrictMath.cos(angle);
      double v = ry * StrictMath.sin(angle);
      to(x + cosine * u - sine * v, y + sine * u + cosine * v);
    }
    close(hole);
  }
}

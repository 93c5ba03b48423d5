package io.llavasg.graph;

import io.llavasg.LlavaSgException;

/**
 * A rectangle in pixels of the original image: from (x0, y0), its top left corner, up to but
 * without (x1, y1). Detectors may place a corner slightly outside the image.
 */
public record Box(double x0, double y0, double x1, double y1) {

  public Box {
    if (!Double.isFinite(x0 + y0 + x1 + y1)) {
      throw LlavaSgException.user("box [%s, %s, %s, %s] is not finite", x0, y0, x1, y1);
    }
    if (x1 < x0 || y1 < y0) {
      throw LlavaSgException.user(
          "box [%s, %s, %s, %s] has a negative side; it must be [x0, y0, x1, y1] with x0 <= x1 and"
              + " y0 <= y1",
          x0, y0, x1, y1);
    }
  }

  public double width() {
    return x1 - x0;
  }

  public double height() {
    return y1 - y0;
  }

  /** Whether any part of this box, its border included, lies in an image of this size. */
  public boolean touches(int imageWidth, int imageHeight) {
    return x1 >= 0 && y1 >= 0 && x0 <= imageWidth && y0 <= imageHeight;
  }
}

package io.llavasg.graph.draw;

import io.llavasg.graph.Mask;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.Optional;

/**
 * A mask at the size it is drawn in: the path around it, and the point farthest from its border.
 *
 * @param path through the middles of the border's pixel sides, which turns stairs into slopes;
 *     even-odd
 * @param anchor where a label or a node belongs: unlike the centroid it lies in the mask
 * @param area in pixels as drawn
 */
record Outline(Path2D path, Point2D anchor, long area) {

  private static final int[] STEP_X = {1, 0, -1, 0};
  private static final int[] STEP_Y = {0, 1, 0, -1};

  /** Of a mask scaled to {@code width} × {@code height} pixels; none if the mask is empty. */
  static Optional<Outline> of(Mask mask, int width, int height) {
    if (mask.box().isEmpty()) {
      return Optional.empty();
    }
    // Masks are never traced finer than they are, so a small one scales as a path.
    int columns = Math.min(width, mask.width());
    int rows = Math.min(height, mask.height());
    Grid grid = Grid.sample(mask, columns, rows);
    double scaleX = (double) width / columns;
    double scaleY = (double) height / rows;
    Point2D anchor = grid.anchor();
    return Optional.of(
        new Outline(
            grid.trace(scaleX, scaleY),
            new Point2D.Double(anchor.getX() * scaleX, anchor.getY() * scaleY),
            Math.round(grid.area() * scaleX * scaleY)));
  }

  private static final class Grid {
    private final byte[] pixels;
    private final int width;
    private final int height;

    private Grid(byte[] pixels, int width, int height) {
      this.pixels = pixels;
      this.width = width;
      this.height = height;
    }

    /** The nearest pixels; a mask too thin to meet any of them keeps the one it lies in. */
    static Grid sample(Mask mask, int width, int height) {
      byte[] rows = mask.rowMajor();
      byte[] pixels = new byte[width * height];
      boolean any = false;
      for (int y = 0; y < height; y++) {
        int sourceY = (int) ((y + .5) * mask.height() / height);
        for (int x = 0; x < width; x++) {
          int sourceX = (int) ((x + .5) * mask.width() / width);
          byte value = rows[sourceY * mask.width() + sourceX];
          pixels[y * width + x] = value;
          any |= value != 0;
        }
      }
      if (!any) {
        mask.box()
            .ifPresent(
                box -> {
                  int x = (int) (box.x0() * width / mask.width());
                  int y = (int) (box.y0() * height / mask.height());
                  pixels[y * width + x] = 1;
                });
      }
      return new Grid(pixels, width, height);
    }

    private boolean inside(int x, int y) {
      return x >= 0 && y >= 0 && x < width && y < height && pixels[y * width + x] != 0;
    }

    long area() {
      long area = 0;
      for (byte pixel : pixels) {
        area += pixel;
      }
      return area;
    }

    Path2D trace(double scaleX, double scaleY) {
      Path2D path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
      boolean[] seen = new boolean[pixels.length];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          // Every loop has a side that is the top of a pixel.
          if (inside(x, y) && !inside(x, y - 1) && !seen[y * width + x]) {
            loop(x, y, seen, path, scaleX, scaleY);
          }
        }
      }
      return path;
    }

    /** Walks along the border with the inside on the right, from the top left of pixel (x, y). */
    private void loop(
        int startX, int startY, boolean[] seen, Path2D path, double scaleX, double scaleY) {
      int x = startX;
      int y = startY;
      int direction = 0;
      int beforeX = 0;
      int beforeY = 0;
      double lastX = x + .5;
      double lastY = y;
      path.moveTo(lastX * scaleX, lastY * scaleY);
      do {
        if (direction == 0) {
          seen[y * width + x] = true;
        }
        int stepX = STEP_X[direction];
        int stepY = STEP_Y[direction];
        x += stepX;
        y += stepY;
        // The pixels ahead, to the right and to the left of the way.
        boolean right = inside(x + (stepX - stepY - 1) / 2, y + (stepX + stepY - 1) / 2);
        boolean left = inside(x + (stepX + stepY - 1) / 2, y + (stepY - stepX - 1) / 2);
        direction = !right ? (direction + 1) % 4 : left ? (direction + 3) % 4 : direction;
        double middleX = x + .5 * STEP_X[direction];
        double middleY = y + .5 * STEP_Y[direction];
        int turnX = (int) (2 * (middleX - lastX));
        int turnY = (int) (2 * (middleY - lastY));
        if ((turnX != beforeX || turnY != beforeY) && (beforeX != 0 || beforeY != 0)) {
          path.lineTo(lastX * scaleX, lastY * scaleY);
        }
        beforeX = turnX;
        beforeY = turnY;
        lastX = middleX;
        lastY = middleY;
      } while (x != startX || y != startY || direction != 0);
      path.closePath();
    }

    /** The pixel farthest from the border, of equals the one nearest to the centroid. */
    Point2D anchor() {
      int[] distance = borderDistance();
      double sumX = 0;
      double sumY = 0;
      for (int i = 0; i < pixels.length; i++) {
        sumX += pixels[i] * (i % width);
        sumY += pixels[i] * (i / width);
      }
      double centreX = sumX / area();
      double centreY = sumY / area();
      int best = -1;
      double bestScore = 0;
      for (int i = 0; i < pixels.length; i++) {
        if (pixels[i] != 0) {
          int y = i / width;
          double away = Math.hypot(i % width - centreX, y - centreY);
          double score = distance[i] / 3.0 - .25 * away;
          if (best < 0 || score > bestScore) {
            best = i;
            bestScore = score;
          }
        }
      }
      int row = best / width;
      return new Point2D.Double(best % width + .5, row + .5);
    }

    /** Three times the distance to the outside, by two chamfer passes of steps 3 and 4. */
    private int[] borderDistance() {
      int[] distance = new int[pixels.length];
      for (int i = 0; i < pixels.length; i++) {
        int x = i % width;
        int y = i / width;
        distance[i] =
            pixels[i] == 0
                ? 0
                : Math.min(
                    Math.min(at(distance, x - 1, y) + 3, at(distance, x, y - 1) + 3),
                    Math.min(at(distance, x - 1, y - 1) + 4, at(distance, x + 1, y - 1) + 4));
      }
      for (int i = pixels.length - 1; i >= 0; i--) {
        int x = i % width;
        int y = i / width;
        int below =
            Math.min(
                Math.min(at(distance, x + 1, y) + 3, at(distance, x, y + 1) + 3),
                Math.min(at(distance, x + 1, y + 1) + 4, at(distance, x - 1, y + 1) + 4));
        distance[i] = Math.min(distance[i], below);
      }
      return distance;
    }

    private int at(int[] distance, int x, int y) {
      return x < 0 || y < 0 || x >= width || y >= height ? 0 : distance[y * width + x];
    }
  }
}

package io.llavasg.graph;

import java.util.Arrays;

/**
 * Rasterises a polygon as the COCO tools do, so that masks made from COCO's annotations are theirs
 * to the pixel.
 *
 * <p>The definition: corners are rounded to a grid five times finer than the pixels, and the
 * outline is walked on it, one step at a time along the longer axis of each edge. Wherever a step
 * crosses the centre line of a pixel column, the first pixel centre at or below the crossing
 * toggles that column between outside and inside. Toggles sorted in column-major order are the ends
 * of the runs.
 */
final class PolygonRaster {

  private static final int FINER = 5;

  private final int width;
  private final int height;
  private int[] toggles = new int[64];
  private int length;

  private PolygonRaster(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** The sorted column-major positions at which {@code polygon} = x1, y1, x2, y2, … toggles. */
  static int[] toggles(double[] polygon, int width, int height) {
    PolygonRaster raster = new PolygonRaster(width, height);
    int corners = polygon.length / 2;
    for (int i = 0; i < corners; i++) {
      int next = (i + 1) % corners;
      raster.edge(
          fine(polygon[2 * i]),
          fine(polygon[2 * i + 1]),
          fine(polygon[2 * next]),
          fine(polygon[2 * next + 1]));
    }
    int[] sorted = Arrays.copyOf(raster.toggles, raster.length);
    Arrays.sort(sorted);
    return sorted;
  }

  private static int fine(double coordinate) {
    return (int) (FINER * coordinate + .5);
  }

  private void edge(int x0, int y0, int x1, int y1) {
    int dx = Math.abs(x1 - x0);
    int dy = Math.abs(y1 - y0);
    if (dx == 0) {
      return; // crosses no column
    }
    // Walking towards growing coordinates whatever the edge's direction keeps rounding the same.
    boolean flipped = dx >= dy ? x0 > x1 : y0 > y1;
    int startX = flipped ? x1 : x0;
    int startY = flipped ? y1 : y0;
    int endX = flipped ? x0 : x1;
    int endY = flipped ? y0 : y1;
    int steps = Math.max(dx, dy);
    double slope = dx >= dy ? (double) (endY - startY) / dx : (double) (endX - startX) / dy;
    int x = startX;
    int y = startY;
    for (int step = 1; step <= steps; step++) {
      int nextX = dx >= dy ? startX + step : (int) (startX + slope * step + .5);
      int nextY = dx >= dy ? (int) (startY + slope * step + .5) : startY + step;
      if (nextX != x) {
        cross(Math.min(x, nextX), Math.min(y, nextY));
      }
      x = nextX;
      y = nextY;
    }
  }

  /** Toggles where the fine step to the right of {@code fineX} holds a pixel column's centre. */
  private void cross(int fineX, int fineY) {
    if (Math.floorMod(fineX - FINER / 2, FINER) != 0) {
      return;
    }
    int x = Math.floorDiv(fineX - FINER / 2, FINER);
    if (x < 0 || x >= width) {
      return;
    }
    double y = (fineY + .5) / FINER - .5;
    int row = (int) Math.ceil(Math.clamp(y, 0.0, (double) height));
    if (length == toggles.length) {
      toggles = Arrays.copyOf(toggles, 2 * length);
    }
    toggles[length++] = x * height + row;
  }
}

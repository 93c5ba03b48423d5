package io.llavasg.mini.world;

import java.util.Arrays;
import java.util.List;

/**
 * Which sample points of an image's pixels lie inside polygons: 4 × 4 points a pixel, as 16 bits,
 * in a window of the image. A pixel is covered if at least half of its points are inside.
 */
final class Stencil {
  private static final int SIDE = 4;
  private static final int HALF = SIDE * SIDE / 2;

  private final int left;
  private final int top;
  private final int width;
  private final int height;
  private final short[] bits;

  private Stencil(int left, int top, int width, int height) {
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    bits = new short[width * height];
  }

  /** A thing's layers, from back to front, in an image of size × size pixels. */
  static List<Stencil> layers(Thing thing, int size) {
    return Pictogram.of(thing.kind()).layers().stream()
        .map(layer -> of(layer, thing, size))
        .toList();
  }

  /** All of a thing, in an image of size × size pixels. */
  static Stencil silhouette(Thing thing, int size) {
    return union(layers(thing, size), thing, size);
  }

  /** All of a thing whose layers are known. */
  static Stencil union(List<Stencil> layers, Thing thing, int size) {
    Stencil union = window(thing, size);
    for (Stencil layer : layers) {
      for (int i = 0; i < union.bits.length; i++) {
        union.bits[i] |= layer.bits[i];
      }
    }
    return union;
  }

  private static Stencil window(Thing thing, int size) {
    var box = thing.box();
    int left = Math.max(0, (int) Math.floor(box.x0() * size) - 1);
    int top = Math.max(0, (int) Math.floor(box.y0() * size) - 1);
    int right = Math.min(size, (int) Math.ceil(box.x1() * size) + 1);
    int bottom = Math.min(size, (int) Math.ceil(box.y1() * size) + 1);
    return new Stencil(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  private static Stencil of(Pictogram.Layer layer, Thing thing, int size) {
    Stencil stencil = window(thing, size);
    // Everything below is in sample points of the window: point i has its centre at i + 1/2.
    double scale = thing.extent() * size * SIDE;
    double flip = thing.mirrored() ? -scale : scale;
    double x = (thing.x() * size - stencil.left) * SIDE;
    double y = (thing.y() * size - stencil.top) * SIDE;
    List<double[]> rings = layer.rings();
    int edges = rings.stream().mapToInt(ring -> ring.length / 2).sum();
    double[] crossings = new double[edges];
    int[] windings = new int[edges];
    for (int row = 0; row < stencil.height * SIDE; row++) {
      double at = (row + .5 - y) / scale;
      int count = 0;
      for (double[] ring : rings) {
        count = crossings(ring, at, crossings, windings, count);
      }
      for (int i = 0; i < count; i++) {
        crossings[i] = x + flip * crossings[i];
      }
      stencil.fill(row, crossings, windings, count);
    }
    return stencil;
  }

  /** Adds where a ring crosses the line at y; returns how many crossings there are then. */
  private static int crossings(
      double[] ring, double y, double[] crossings, int[] windings, int count) {
    int last = ring.length - 2;
    double x0 = ring[last];
    double y0 = ring[last + 1];
    for (int i = 0; i < ring.length; i += 2) {
      double x1 = ring[i];
      double y1 = ring[i + 1];
      if (y0 <= y != y1 <= y) {
        crossings[count] = x0 + (y - y0) / (y1 - y0) * (x1 - x0);
        windings[count++] = y0 <= y ? 1 : -1;
      }
      x0 = x1;
      y0 = y1;
    }
    return count;
  }

  /** Sets the points of a row that crossings enclose, by the non-zero winding rule. */
  private void fill(int row, double[] crossings, int[] windings, int count) {
    for (int i = 1; i < count; i++) {
      double crossing = crossings[i];
      int winding = windings[i];
      int j = i;
      for (; j > 0 && crossings[j - 1] > crossing; j--) {
        crossings[j] = crossings[j - 1];
        windings[j] = windings[j - 1];
      }
      crossings[j] = crossing;
      windings[j] = winding;
    }
    int sum = 0;
    for (int i = 0; i + 1 < count; i++) {
      sum += windings[i];
      if (sum != 0) {
        int from = Math.max(0, (int) Math.ceil(crossings[i] - .5));
        int to = Math.min(width * SIDE, (int) Math.ceil(crossings[i + 1] - .5));
        for (int point = from; point < to; point++) {
          bits[row / SIDE * width + point / SIDE] |=
              (short) (1 << (row % SIDE * SIDE + point % SIDE));
        }
      }
    }
  }

  int left() {
    return left;
  }

  int top() {
    return top;
  }

  int right() {
    return left + width;
  }

  int bottom() {
    return top + height;
  }

  /** The points of a pixel of the image, which may lie outside the window. */
  int at(int x, int y) {
    boolean inside = x >= left && y >= top && x < right() && y < bottom();
    return inside ? bits[(y - top) * width + x - left] & 0xffff : 0;
  }

  /** Whether at least half of a pixel is inside. */
  boolean covers(int x, int y) {
    return Integer.bitCount(at(x, y)) >= HALF;
  }

  /** Covered pixels. */
  int area() {
    int area = 0;
    for (short pixel : bits) {
      area += Integer.bitCount(pixel & 0xffff) >= HALF ? 1 : 0;
    }
    return area;
  }

  /** Pixels that both cover. */
  int common(Stencil other) {
    int common = 0;
    for (int y = Math.max(top, other.top); y < Math.min(bottom(), other.bottom()); y++) {
      for (int x = Math.max(left, other.left); x < Math.min(right(), other.right()); x++) {
        common += covers(x, y) && other.covers(x, y) ? 1 : 0;
      }
    }
    return common;
  }

  @Override
  public String toString() {
    return "Stencil at (%d, %d) of %d x %d, hash %x"
        .formatted(left, top, width, height, Arrays.hashCode(bits));
  }
}

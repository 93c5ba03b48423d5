package io.llavasg.graph;

import io.llavasg.LlavaSgException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A binary mask of width × height pixels, immutable, held as the ends of its runs in column-major
 * order (COCO's run-length encoding; the package's documentation tells the format).
 */
public final class Mask {

  /** Pixels of a tile's width when turning rows into columns: a compromise between two strides. */
  private static final int TILE = 32;

  /** Outlines are walked step by step, so a typing error must not make one of 10⁹ steps. */
  private static final int FARTHEST = 1_000_000;

  private final int width;
  private final int height;

  /** ends[i] is where run i ends; strictly rising but for a first 0; odd runs are ones. */
  private final int[] ends;

  private Mask(int width, int height, int[] ends) {
    this.width = width;
    this.height = height;
    this.ends = ends;
  }

  /**
   * From COCO's uncompressed counts; runs of length 0 are merged with their neighbours.
   *
   * @throws LlavaSgException a user's error, if a count is negative or the sum is not width ×
   *     height
   */
  public static Mask ofCounts(int width, int height, int... counts) {
    int pixels = pixels(width, height);
    int[] toggles = new int[counts.length];
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        throw LlavaSgException.user("broken RLE: count %d is negative (%d)", i, counts[i]);
      }
      sum += counts[i];
      toggles[i] = (int) Math.min(sum, pixels);
    }
    if (sum != pixels) {
      throw LlavaSgException.user(
          "broken RLE: the counts add up to %d, but %d × %d pixels are %d",
          sum, width, height, pixels);
    }
    return ofToggles(width, height, toggles, counts.length);
  }

  /**
   * From COCO's compressed string.
   *
   * @throws LlavaSgException a user's error, if the string is broken or of another size
   */
  public static Mask ofCompressed(int width, int height, String counts) {
    return ofCounts(width, height, CompressedCounts.decode(counts));
  }

  /** From width × height bytes, row by row; what is not zero is inside. */
  public static Mask ofRowMajor(int width, int height, byte[] rows) {
    int pixels = pixels(width, height);
    if (rows.length != pixels) {
      throw LlavaSgException.user(
          "a mask of %d × %d pixels needs %d values, not %d", width, height, pixels, rows.length);
    }
    int[] toggles = new int[64];
    int length = 0;
    boolean inside = false;
    byte[] columns = new byte[TILE * height];
    for (int left = 0; left < width; left += TILE) {
      int tile = Math.min(TILE, width - left);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < tile; x++) {
          columns[x * height + y] = rows[y * width + left + x];
        }
      }
      for (int i = 0; i < tile * height; i++) {
        if ((columns[i] != 0) != inside) {
          inside = !inside;
          if (length == toggles.length) {
            toggles = Arrays.copyOf(toggles, 2 * length);
          }
          toggles[length++] = left * height + i;
        }
      }
    }
    return ofToggles(width, height, toggles, length);
  }

  /**
   * The union of COCO polygons, each x1, y1, x2, y2, … in pixels, rasterised as the COCO tools do.
   *
   * @throws LlavaSgException a user's error, if a polygon has fewer than three points, an odd
   *     number of coordinates, or one that is not finite or absurdly far outside
   */
  public static Mask ofPolygons(int width, int height, List<double[]> polygons) {
    Mask union = ofCounts(width, height, pixels(width, height));
    for (double[] polygon : polygons) {
      if (polygon.length < 6 || polygon.length % 2 != 0) {
        throw LlavaSgException.user(
            "a polygon needs an even number of at least 6 coordinates, not %d", polygon.length);
      }
      if (!Arrays.stream(polygon).allMatch(v -> Math.abs(v) <= FARTHEST)) {
        throw LlavaSgException.user(
            "a polygon's coordinates must be finite and within %d pixels", FARTHEST);
      }
      int[] toggles = PolygonRaster.toggles(polygon, width, height);
      union = union.union(ofToggles(width, height, toggles, toggles.length));
    }
    return union;
  }

  /**
   * Sorted positions at which the value changes, the first change being to one; equal ones cancel.
   */
  private static Mask ofToggles(int width, int height, int[] toggles, int length) {
    int pixels = pixels(width, height);
    int[] ends = new int[length + 1];
    int kept = 0;
    for (int i = 0; i < length && toggles[i] < pixels; i++) {
      if (kept > 0 && ends[kept - 1] == toggles[i]) {
        kept--;
      } else {
        ends[kept++] = toggles[i];
      }
    }
    ends[kept++] = pixels;
    return new Mask(width, height, Arrays.copyOf(ends, kept));
  }

  private static int pixels(int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > Integer.MAX_VALUE) {
      throw LlavaSgException.user("a mask cannot have %d × %d pixels", width, height);
    }
    return width * height;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** Number of pixels inside. */
  public int area() {
    int area = 0;
    for (int i = 1; i < ends.length; i += 2) {
      area += ends[i] - ends[i - 1];
    }
    return area;
  }

  /** The extent in pixels, x1 and y1 exclusive; none if the mask is empty. */
  public Optional<Box> box() {
    if (ends.length < 2) {
      return Optional.empty();
    }
    int top = height;
    int bottom = 0;
    for (int i = 1; i < ends.length; i += 2) {
      int first = ends[i - 1];
      int last = ends[i] - 1;
      boolean oneColumn = first / height == last / height;
      top = Math.min(top, oneColumn ? first % height : 0);
      bottom = Math.max(bottom, oneColumn ? last % height + 1 : height);
    }
    int lastRun = (ends.length & 1) == 0 ? ends.length - 1 : ends.length - 2;
    int right = (ends[lastRun] - 1) / height + 1;
    int left = ends[0] / height;
    return Optional.of(new Box(left, top, right, bottom));
  }

  /** Whether the pixel of column x and row y is inside. */
  public boolean at(int x, int y) {
    int pixel = Objects.checkIndex(x, width) * height + Objects.checkIndex(y, height);
    int found = Arrays.binarySearch(ends, pixel);
    int run = found >= 0 ? found + 1 : -found - 1;
    return (run & 1) == 1;
  }

  /** Width × height bytes, 0 or 1, row by row. */
  public byte[] rowMajor() {
    byte[] rows = new byte[width * height];
    forEachRun(
        (x, y0, y1) -> {
          for (int y = y0; y < y1; y++) {
            rows[y * width + x] = 1;
          }
        });
    return rows;
  }

  /** COCO's uncompressed counts. */
  public int[] counts() {
    int[] counts = ends.clone();
    for (int i = counts.length - 1; i > 0; i--) {
      counts[i] -= counts[i - 1];
    }
    return counts;
  }

  /** COCO's compressed string. */
  public String compressed() {
    return CompressedCounts.encode(counts());
  }

  /** What {@link #forEachRun} calls for the pixels of column x from row y0 up to but without y1. */
  @FunctionalInterface
  interface RunVisitor {
    void run(int x, int y0, int y1);
  }

  /** Visits the runs of ones, cut at the ends of columns, from left to right and top to bottom. */
  void forEachRun(RunVisitor visitor) {
    for (int i = 1; i < ends.length; i += 2) {
      int at = ends[i - 1];
      while (at < ends[i]) {
        int x = at / height;
        int stop = Math.min(ends[i], (x + 1) * height);
        visitor.run(x, at - x * height, stop - x * height);
        at = stop;
      }
    }
  }

  /**
   * The mask on another grid, which is finer unless a scale is above 1: the pixel of column x and
   * row y takes the value of this mask's column ⌊(x + .5) · xScale⌋ and row ⌊(y + .5) · yScale⌋, or
   * of the last.
   *
   * @param xScale this mask's pixels to one of the new ones, above 0
   * @param yScale likewise
   * @throws LlavaSgException a user's error, if no mask can have the new size
   */
  public Mask enlarged(int newWidth, int newHeight, double xScale, double yScale) {
    pixels(newWidth, newHeight);
    int[] lefts = firsts(newWidth, width, xScale);
    int[] tops = firsts(newHeight, height, yScale);
    int[][] columns = new int[width][];
    Arrays.fill(columns, new int[0]);
    forEachRun(
        (x, y0, y1) -> {
          int[] before = columns[x];
          columns[x] = Arrays.copyOf(before, before.length + 2);
          columns[x][before.length] = tops[y0];
          columns[x][before.length + 1] = tops[y1];
        });
    IntStream.Builder toggles = IntStream.builder();
    for (int column = 0; column < width; column++) {
      for (int x = lefts[column]; x < lefts[column + 1]; x++) {
        for (int y : columns[column]) {
          toggles.add(x * newHeight + y);
        }
      }
    }
    int[] all = toggles.build().toArray();
    return ofToggles(newWidth, newHeight, all, all.length);
  }

  /** The first of the new pixels that takes the value of old pixel i or of a later one. */
  private static int[] firsts(int newPixels, int pixels, double scale) {
    int[] firsts = new int[pixels + 1];
    int next = 0;
    for (int i = 0; i < newPixels; i++) {
      int taken = Math.min((int) ((i + .5) * scale), pixels - 1);
      while (next <= taken) {
        firsts[next++] = i;
      }
    }
    Arrays.fill(firsts, next, pixels + 1, newPixels);
    return firsts;
  }

  /** The pixels inside this mask or the other, which must be of the same size. */
  public Mask union(Mask other) {
    requireSameSize(other);
    int[] toggles = new int[ends.length + other.ends.length];
    int length = 0;
    int a = 0;
    int b = 0;
    boolean inside = false;
    while (a < ends.length && b < other.ends.length) {
      int at = Math.min(ends[a], other.ends[b]);
      a += ends[a] == at ? 1 : 0;
      b += other.ends[b] == at ? 1 : 0;
      // A mask is inside after an odd number of its toggles.
      boolean now = (a & 1) == 1 || (b & 1) == 1;
      if (now != inside && at < width * height) {
        inside = now;
        toggles[length++] = at;
      }
    }
    return ofToggles(width, height, toggles, length);
  }

  /** Intersection over union with a mask of the same size; 0 if both are empty. */
  public double iou(Mask other) {
    double union = union(other).area();
    return union == 0 ? 0 : (area() + other.area() - union) / union;
  }

  private void requireSameSize(Mask other) {
    if (other.width != width || other.height != height) {
      throw LlavaSgException.user(
          "masks of %d × %d and %d × %d pixels do not go together",
          width, height, other.width, other.height);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask mask
        && mask.width == width
        && mask.height == height
        && Arrays.equals(mask.ends, ends);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(ends);
  }

  @Override
  public String toString() {
    return "Mask[" + width + " × " + height + ", area " + area() + "]";
  }
}

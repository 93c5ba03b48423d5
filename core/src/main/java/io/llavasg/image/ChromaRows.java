package io.llavasg.image;

/**
 * Vertical interpolation of a component with half the rows (4:4:0, what a lossless rotation makes
 * of 4:2:2). The JDK's decoder repeats each row; that of Pillow weighs it 3 : 1 with the nearer
 * neighbour, rounding down for upper rows and up for lower ones.
 */
final class ChromaRows {

  private ChromaRows() {}

  /** Replaces the repeated rows of {@code component} in interleaved samples. */
  static void interpolate(byte[] samples, Size size, int components, int component) {
    int stride = size.width() * components;
    int rows = (size.height() + 1) / 2;
    int[] above = row(samples, component, components, size, 0);
    int[] here = above;
    for (int r = 0; r < rows; r++) {
      int[] below = row(samples, component, components, size, 2 * Math.min(r + 1, rows - 1));
      for (int half = 0; half < 2 && 2 * r + half < size.height(); half++) {
        int[] neighbour = half == 0 ? above : below;
        int at = (2 * r + half) * stride + component;
        for (int x = 0; x < size.width(); x++, at += components) {
          samples[at] = (byte) ((3 * here[x] + neighbour[x] + 1 + half) >> 2);
        }
      }
      above = here;
      here = below;
    }
  }

  private static int[] row(byte[] samples, int component, int components, Size size, int y) {
    int[] row = new int[size.width()];
    int at = y * size.width() * components + component;
    for (int x = 0; x < row.length; x++, at += components) {
      row[x] = samples[at] & 0xff;
    }
    return row;
  }
}

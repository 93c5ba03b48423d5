package io.llavasg.image;

/**
 * What a vision network is given: three planes (red, green, blue) of height × width numbers, rows
 * from top to bottom.
 */
public final class PixelValues {

  private final float[] values;
  private final Size size;

  PixelValues(Size size, float[] values) {
    this.size = size;
    this.values = values;
  }

  /** The numbers themselves, 3 × height × width of them; not a copy, so not to be written to. */
  public float[] values() {
    return values;
  }

  public Size size() {
    return size;
  }

  /** {3, height, width}. */
  public long[] shape() {
    return new long[] {3, size.height(), size.width()};
  }

  /** These planes in the top left corner of larger ones, which are zero elsewhere (SAM). */
  public PixelValues zeroPadded(Size target) {
    if (target.width() < size.width() || target.height() < size.height()) {
      throw new IllegalArgumentException(size + " does not fit into " + target);
    }
    float[] out = new float[Math.toIntExact(3 * target.area())];
    for (int row = 0; row < 3 * size.height(); row++) {
      int plane = row / size.height();
      int to = (plane * target.height() + row % size.height()) * target.width();
      System.arraycopy(values, row * size.width(), out, to, size.width());
    }
    return new PixelValues(target, out);
  }
}

package io.llavasg.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * An immutable 8-bit image: rows from top to bottom, in a row red, green and blue of each pixel
 * from left to right.
 */
public final class RgbImage {

  private final int width;
  private final int height;
  private final byte[] bytes;

  /** Takes the array as it is: the caller keeps no reference to it. */
  private RgbImage(int width, int height, byte[] bytes) {
    this.width = width;
    this.height = height;
    this.bytes = bytes;
  }

  /**
   * An image of a copy of {@code bytes}.
   *
   * @throws IllegalArgumentException unless there are 3 × width × height bytes and a pixel at least
   */
  public static RgbImage of(int width, int height, byte[] bytes) {
    return adopt(width, height, bytes.clone());
  }

  /** As {@link #of(int, int, byte[])}, of the array itself, which nobody may write to any more. */
  static RgbImage adopt(int width, int height, byte[] bytes) {
    if (new Size(width, height).area() * 3 != bytes.length) {
      throw new IllegalArgumentException(
          bytes.length + " bytes are not the pixels of " + width + " x " + height);
    }
    return new RgbImage(width, height, bytes);
  }

  /** The image as its colour model shows it in sRGB, without its alpha. */
  public static RgbImage of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] bytes = new byte[Math.toIntExact(3L * width * height)];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        bytes[at++] = (byte) (pixel >> 16);
        bytes[at++] = (byte) (pixel >> 8);
        bytes[at++] = (byte) pixel;
      }
    }
    return new RgbImage(width, height, bytes);
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public Size size() {
    return new Size(width, height);
  }

  /** A copy of the pixels: 3 × width × height bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The pixels themselves, for reading only. */
  byte[] bytes() {
    return bytes;
  }

  /** The pixel at column x and row y as 0xRRGGBB. */
  public int pixel(int x, int y) {
    int at = 3 * (y * width + x);
    return (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff);
  }

  /**
   * The rectangle whose top left pixel is (x, y).
   *
   * @throws IllegalArgumentException if the rectangle is empty or leaves the image
   */
  public RgbImage crop(int x, int y, int cropWidth, int cropHeight) {
    if (x < 0 || y < 0 || x > width - cropWidth || y > height - cropHeight) {
      throw new IllegalArgumentException(
          String.format(
              "%d x %d at (%d, %d) leaves an image of %d x %d",
              cropWidth, cropHeight, x, y, width, height));
    }
    return onCanvas(new Size(cropWidth, cropHeight), -x, -y, 0);
  }

  /**
   * A canvas of one colour with this image upon it, its top left pixel at (x, y); what leaves the
   * canvas is cut off.
   *
   * @param colour 0xRRGGBB
   */
  public RgbImage onCanvas(Size canvas, int x, int y, int colour) {
    byte[] out = new byte[Math.toIntExact(3 * canvas.area())];
    if (colour != 0) {
      for (int at = 0; at < out.length; at += 3) {
        out[at] = (byte) (colour >> 16);
        out[at + 1] = (byte) (colour >> 8);
        out[at + 2] = (byte) colour;
      }
    }
    int left = Math.max(0, x);
    int columns = Math.min(canvas.width(), x + width) - left;
    for (int row = Math.max(0, y);
        columns > 0 && row < Math.min(canvas.height(), y + height);
        row++) {
      int from = 3 * ((row - y) * width + left - x);
      System.arraycopy(bytes, from, out, 3 * (row * canvas.width() + left), 3 * columns);
    }
    return new RgbImage(canvas.width(), canvas.height(), out);
  }

  /** An image of type {@link BufferedImage#TYPE_INT_RGB}. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        row[x] = pixel(x, y);
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage that
        && width == that.width
        && height == that.height
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "RgbImage " + width + " x " + height;
  }
}

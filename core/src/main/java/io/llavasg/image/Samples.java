package io.llavasg.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;

/** Rasters to RGB, sample by sample. */
final class Samples {

  private Samples() {}

  /** What a pixel's samples mean: writes three bytes. */
  interface Meaning {
    void write(int[] samples, int at, byte[] out, int to);
  }

  static RgbImage toRgb(Raster raster, Meaning meaning) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] out = new byte[Math.toIntExact(3L * width * height)];
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++, to += 3) {
        meaning.write(row, x * bands, out, to);
      }
    }
    return RgbImage.adopt(width, height, out);
  }

  /** Pixels as an image packs them into ints, without their alpha. */
  static RgbImage ofPacked(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] out = new byte[Math.toIntExact(3L * width * height)];
    int[] row = new int[width];
    int to = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        out[to++] = (byte) (pixel >> 16);
        out[to++] = (byte) (pixel >> 8);
        out[to++] = (byte) pixel;
      }
    }
    return RgbImage.adopt(width, height, out);
  }

  /** One sample as grey. */
  static void grey(int value, byte[] out, int to) {
    out[to] = (byte) value;
    out[to + 1] = (byte) value;
    out[to + 2] = (byte) value;
  }

  /** An index into a palette of r, g, b, r, …; black beyond its end. */
  static Meaning palette(byte[] palette) {
    return (samples, at, out, to) -> {
      if (3 * samples[at] + 3 <= palette.length) {
        System.arraycopy(palette, 3 * samples[at], out, to, 3);
      }
    };
  }
}

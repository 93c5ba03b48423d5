package io.llavasg.image;

import io.llavasg.LlavaSgException;
import java.util.stream.IntStream;

/**
 * Antialiased resampling of 8-bit images, bit for bit that of Pillow's {@code Image.resize}: a
 * horizontal and then a vertical pass, each a weighted sum in 22-bit fixed point that is rounded
 * and clipped to 8 bits. An axis whose length stays is left alone.
 */
public final class Resize {

  private Resize() {}

  /** The image at the size that {@code rule} gives for it. */
  public static RgbImage resize(RgbImage image, ResizeRule rule, Filter filter) {
    return resize(image, rule.target(image.size()), filter);
  }

  /** The image at that size. */
  public static RgbImage resize(RgbImage image, Size target, Filter filter) {
    return verticalFirst(image.size(), target)
        ? horizontal(vertical(image, target.height(), filter), target.width(), filter)
        : vertical(horizontal(image, target.width(), filter), target.height(), filter);
  }

  /**
   * As {@link #resize} of the image upon a square canvas. The canvas is not made as a whole, which
   * for a panorama would be many times the image: rows of one colour keep it in a horizontal pass.
   *
   * @param colour the canvas's, 0xRRGGBB
   * @throws LlavaSgException user, if the image is so long that not even its resized columns fit
   *     into an array
   */
  public static RgbImage resize(
      RgbImage image, SquareCanvas canvas, int colour, ResizeRule rule, Filter filter) {
    Size square = new Size(canvas.side(), canvas.side());
    Size target = rule.target(square);
    boolean whole = target.width() >= canvas.side() || verticalFirst(square, target);
    Size made = whole ? square : new Size(target.width(), canvas.side());
    if (3 * made.area() > Integer.MAX_VALUE) {
      throw LlavaSgException.user(
          "an image of %s is too long for its width: crop it, or cut it into parts", image.size());
    }
    return whole
        ? resize(canvas.place(image, colour), target, filter)
        : vertical(
            horizontal(image, canvas, colour, target.width(), filter)
                .onCanvas(made, 0, canvas.offsetY(), colour),
            target.height(),
            filter);
  }

  /** The image's own rows upon the canvas, resampled to {@code width}. */
  private static RgbImage horizontal(
      RgbImage image, SquareCanvas canvas, int colour, int width, Filter filter) {
    if (image.width() == canvas.side()) {
      return horizontal(image, width, filter);
    }
    Taps taps = Taps.of(canvas.side(), width, filter);
    byte[] out = new byte[3 * width * image.height()];
    Size row = new Size(canvas.side(), 1);
    IntStream.range(0, image.height())
        .parallel()
        .forEach(
            y -> {
              RgbImage padded = image.onCanvas(row, canvas.offsetX(), -y, colour);
              resampleRow(padded.bytes(), 0, taps, out, 3 * y * width);
            });
    return RgbImage.adopt(width, image.height(), out);
  }

  /** Pillow 13's choice; before, the horizontal pass always came first. */
  private static boolean verticalFirst(Size source, Size target) {
    int rowsLost = source.height() - target.height();
    return rowsLost > 0 && rowsLost > 2 * (source.width() - target.width());
  }

  private static RgbImage horizontal(RgbImage image, int width, Filter filter) {
    if (width == image.width()) {
      return image;
    }
    Taps taps = Taps.of(image.width(), width, filter);
    byte[] out = new byte[Math.toIntExact(3L * width * image.height())];
    IntStream.range(0, image.height())
        .parallel()
        .forEach(y -> resampleRow(image.bytes(), 3 * y * image.width(), taps, out, 3 * y * width));
    return RgbImage.adopt(width, image.height(), out);
  }

  private static void resampleRow(byte[] in, int rowStart, Taps taps, byte[] out, int outStart) {
    int[] weights = taps.weights;
    int to = outStart;
    for (int x = 0; x < taps.first.length; x++) {
      int red = Taps.HALF;
      int green = Taps.HALF;
      int blue = Taps.HALF;
      int from = rowStart + 3 * taps.first[x];
      int end = x * taps.stride + taps.count[x];
      for (int t = x * taps.stride; t < end; t++, from += 3) {
        int weight = weights[t];
        red += (in[from] & 0xff) * weight;
        green += (in[from + 1] & 0xff) * weight;
        blue += (in[from + 2] & 0xff) * weight;
      }
      out[to++] = clip(red);
      out[to++] = clip(green);
      out[to++] = clip(blue);
    }
  }

  private static RgbImage vertical(RgbImage image, int height, Filter filter) {
    if (height == image.height()) {
      return image;
    }
    Taps taps = Taps.of(image.height(), height, filter);
    int rowLength = 3 * image.width();
    byte[] out = new byte[Math.toIntExact((long) rowLength * height)];
    IntStream.range(0, height)
        .parallel()
        .forEach(y -> mixRows(image.bytes(), rowLength, taps, y, out));
    return RgbImage.adopt(image.width(), height, out);
  }

  /** Adds whole rows one after the other, which the compiler turns into vector instructions. */
  private static void mixRows(byte[] in, int rowLength, Taps taps, int y, byte[] out) {
    int[] sums = new int[rowLength];
    for (int t = 0; t < taps.count[y]; t++) {
      int weight = taps.weights[y * taps.stride + t];
      int from = (taps.first[y] + t) * rowLength;
      for (int i = 0; i < rowLength; i++) {
        sums[i] += (in[from + i] & 0xff) * weight;
      }
    }
    for (int i = 0; i < rowLength; i++) {
      out[y * rowLength + i] = clip(sums[i] + Taps.HALF);
    }
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> Taps.PRECISION_BITS));
  }
}

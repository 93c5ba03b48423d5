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
   * @throws LlavaSgException user, if the image is so long that even the resized columns of the
   *     canvas have more pixels than an image may have
   */
  public static RgbImage resize(
      RgbImage image, SquareCanvas canvas, int colour, ResizeRule rule, Filter filter) {
    Size square = new Size(canvas.side(), canvas.side());
    Size target = rule.target(square);
    boolean whole = target.width() >= canvas.side() || verticalFirst(square, target);
    Size made = whole ? square : new Size(target.width(), canvas.side());
    if (made.area() > ImageFile.MAX_PIXELS) {
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

  /** Pillow 13's choice; before, the horizontal pass always came first. */
  private static boolean verticalFirst(Size source, Size target) {
    int rowsLost = source.height() - target.height();
    return rowsLost > 0 && rowsLost > 2 * (source.width() - target.width());
  }

  private static RgbImage horizontal(RgbImage image, int width, Filter filter) {
    return width == image.width()
        ? image
        : horizontal(image, new SquareCanvas(image.width(), 0, 0), 0, width, filter);
  }

  /** The image's own rows upon the canvas, resampled to {@code width}. */
  private static RgbImage horizontal(
      RgbImage image, SquareCanvas canvas, int colour, int width, Filter filter) {
    Taps taps = Taps.of(canvas.side(), width, filter);
    int[] ground = weightsBeside(image.width(), canvas.offsetX(), taps);
    byte[] out = new byte[Math.toIntExact(3L * width * image.height())];
    IntStream.range(0, image.height())
        .parallel()
        .forEach(y -> resampleRow(image, y, canvas.offsetX(), colour, taps, ground, out));
    return RgbImage.adopt(width, image.height(), out);
  }

  /** Of each sample, the weight of the canvas beside the image: there all pixels are alike. */
  private static int[] weightsBeside(int imageWidth, int offset, Taps taps) {
    int[] beside = new int[taps.first.length];
    for (int x = 0; x < beside.length; x++) {
      for (int t = 0; t < taps.count[x]; t++) {
        int column = taps.first[x] + t - offset;
        beside[x] += column < 0 || column >= imageWidth ? taps.weights[x * taps.stride + t] : 0;
      }
    }
    return beside;
  }

  private static void resampleRow(
      RgbImage image, int y, int offset, int colour, Taps taps, int[] ground, byte[] out) {
    byte[] in = image.bytes();
    int[] weights = taps.weights;
    int to = 3 * y * ground.length;
    for (int x = 0; x < ground.length; x++) {
      int red = Taps.HALF + (colour >> 16 & 0xff) * ground[x];
      int green = Taps.HALF + (colour >> 8 & 0xff) * ground[x];
      int blue = Taps.HALF + (colour & 0xff) * ground[x];
      int first = Math.max(taps.first[x], offset);
      int from = 3 * (y * image.width() + first - offset);
      int begin = x * taps.stride - taps.first[x];
      int end = begin + Math.min(taps.first[x] + taps.count[x], offset + image.width());
      for (int t = begin + first; t < end; t++, from += 3) {
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

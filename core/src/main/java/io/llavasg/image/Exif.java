package io.llavasg.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The one thing of EXIF that matters to pixels: tag 0x0112 of the first directory. */
final class Exif {

  static final int UPRIGHT = 1;

  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private Exif() {}

  /**
   * The orientation 1 … 8 in a TIFF structure; {@link #UPRIGHT} if there is none or it is damaged,
   * for metadata never makes an image unreadable.
   *
   * @param data begins at the byte order mark
   */
  static int orientation(ByteBuffer data) {
    try {
      ByteBuffer tiff = data.slice();
      tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      int directory = tiff.getInt(4);
      int entries = tiff.getShort(directory) & 0xffff;
      for (int i = 0; i < entries; i++) {
        int entry = directory + 2 + 12 * i;
        if ((tiff.getShort(entry) & 0xffff) == ORIENTATION) {
          int value = value(tiff, entry);
          return value >= 1 && value <= 8 ? value : UPRIGHT;
        }
      }
    } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
      return UPRIGHT;
    }
    return UPRIGHT;
  }

  private static int value(ByteBuffer tiff, int entry) {
    int type = tiff.getShort(entry + 2);
    if (type == SHORT) {
      return tiff.getShort(entry + 8) & 0xffff;
    }
    return type == LONG ? tiff.getInt(entry + 8) : tiff.get(entry + 8) & 0xff;
  }

  /** The image turned upright, as {@code PIL.ImageOps.exif_transpose} does it. */
  static RgbImage upright(RgbImage image, int orientation) {
    if (orientation == UPRIGHT) {
      return image;
    }
    boolean swapped = orientation >= 5;
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int width = swapped ? image.height() : image.width();
    int height = swapped ? image.width() : image.height();
    byte[] in = image.bytes();
    byte[] out = new byte[in.length];
    int to = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, to += 3) {
        int column = swapped ? y : x;
        int row = swapped ? x : y;
        int fromX = fromRight ? image.width() - 1 - column : column;
        int fromY = fromBottom ? image.height() - 1 - row : row;
        System.arraycopy(in, 3 * (fromY * image.width() + fromX), out, to, 3);
      }
    }
    return RgbImage.adopt(width, height, out);
  }
}

package io.llavasg.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * GIF: the first frame upon its screen, transparent pixels in their palette's colour. The codec
 * unpacks the indices; palettes are applied here.
 */
final class GifFile implements EncodedImage {

  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2C;
  private static final int GRAPHIC_CONTROL = 0xF9;

  private final byte[] file;
  private final ByteBuffer data;
  private byte[] palette = new byte[0];
  private int screenWidth;
  private int screenHeight;
  private int left;
  private int top;
  private int transparent;

  private GifFile(byte[] file) {
    this.file = file;
    data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  static GifFile parse(byte[] file) throws IOException {
    GifFile gif = new GifFile(file);
    gif.readScreen();
    int block = gif.unsigned();
    while (block != FRAME) {
      if (block == EXTENSION) {
        gif.readExtension();
      } else if (block == 0x3B) {
        throw new IOException("there is no image in it");
      }
      block = gif.unsigned();
    }
    gif.readFrame();
    return gif;
  }

  private int unsigned() {
    return data.get() & 0xff;
  }

  private int unsignedShort() {
    return data.getShort() & 0xffff;
  }

  private void readScreen() throws IOException {
    data.position(6);
    screenWidth = unsignedShort();
    screenHeight = unsignedShort();
    int flags = unsigned();
    data.getShort();
    readPalette(flags);
  }

  private void readPalette(int flags) throws IOException {
    if ((flags & 0x80) == 0) {
      return;
    }
    palette = new byte[3 << ((flags & 7) + 1)];
    if (data.remaining() < palette.length) {
      throw new EOFException();
    }
    data.get(palette);
  }

  private void readExtension() throws IOException {
    int label = unsigned();
    for (int length = unsigned(); length > 0; length = unsigned()) {
      int next = data.position() + length;
      if (label == GRAPHIC_CONTROL && length >= 4 && (data.get(data.position()) & 1) != 0) {
        transparent = data.get(data.position() + 3) & 0xff;
      }
      if (next > data.limit()) {
        throw new EOFException();
      }
      data.position(next);
    }
  }

  private void readFrame() throws IOException {
    left = unsignedShort();
    top = unsignedShort();
    int width = unsignedShort();
    int height = unsignedShort();
    readPalette(unsigned());
    screenWidth = Math.max(screenWidth, left + width);
    screenHeight = Math.max(screenHeight, top + height);
    if (width == 0 || height == 0) {
      throw new IOException("its first frame has no pixels");
    }
  }

  @Override
  public Size size() {
    return new Size(screenWidth, screenHeight);
  }

  @Override
  public RgbImage decode() throws IOException {
    Samples.Meaning meaning = Samples.palette(palette);
    RgbImage frame = Samples.toRgb(Codec.GIF.image(file).getRaster(), meaning);
    if (frame.size().equals(size())) {
      return frame;
    }
    byte[] background = new byte[3];
    meaning.write(new int[] {transparent}, 0, background, 0);
    int colour = RgbImage.of(1, 1, background).pixel(0, 0);
    return frame.onCanvas(size(), left, top, colour);
  }
}

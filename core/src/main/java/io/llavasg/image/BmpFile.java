package io.llavasg.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** BMP of any depth; samples of five or six bits are stretched to eight, rounding down. */
final class BmpFile implements EncodedImage {

  private static final int OLD_HEADER = 12;

  private final byte[] file;
  private final Size size;

  private BmpFile(byte[] file, Size size) {
    this.file = file;
    this.size = size;
  }

  static BmpFile parse(byte[] file) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean old = data.getInt(14) == OLD_HEADER;
    int width = old ? data.getShort(18) & 0xffff : data.getInt(18);
    int height = old ? data.getShort(20) & 0xffff : Math.abs(data.getInt(22));
    if (width < 1 || height < 1) {
      throw new IOException("it says that it has no pixels");
    }
    return new BmpFile(file, new Size(width, height));
  }

  @Override
  public Size size() {
    return size;
  }

  @Override
  public RgbImage decode() throws IOException {
    BufferedImage image = Codec.BMP.image(file);
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return Samples.toRgb(
          image.getRaster(),
          (in, at, out, to) -> {
            int rgb = palette.getRGB(in[at]);
            out[to] = (byte) (rgb >> 16);
            out[to + 1] = (byte) (rgb >> 8);
            out[to + 2] = (byte) rgb;
          });
    }
    if (image.getRaster().getNumBands() == 1) {
      return Samples.toRgb(image.getRaster(), (in, at, out, to) -> Samples.grey(in[at], out, to));
    }
    int[] bits = image.getSampleModel().getSampleSize();
    for (int c = 0; c < 3; c++) {
      if (bits[c] < 1 || bits[c] > 16) {
        throw new IOException("one of its colours has %d bits".formatted(bits[c]));
      }
    }
    return Samples.toRgb(
        image.getRaster(),
        (in, at, out, to) -> {
          for (int c = 0; c < 3; c++) {
            out[to + c] = (byte) (in[at + c] * 255 / ((1 << bits[c]) - 1));
          }
        });
  }
}

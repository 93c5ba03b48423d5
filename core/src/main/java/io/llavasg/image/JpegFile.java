package io.llavasg.image;

import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * JPEG (ITU T.81), baseline and progressive. The frame header, the Adobe marker and EXIF are read
 * here; the codec gets the tables and scans alone and returns the components as they are coded,
 * enlarged to the size of the image.
 */
final class JpegFile implements EncodedImage {

  private static final int SOF0 = 0xC0;
  private static final int SOF2 = 0xC2;
  private static final int DHT = 0xC4;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int DQT = 0xDB;
  private static final int DRI = 0xDD;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;

  private final ByteBuffer data;
  private final ByteArrayOutputStream essential = new ByteArrayOutputStream();
  private boolean jfif;
  private int adobeTransform = JpegColour.NO_ADOBE_MARKER;
  private int orientation = Exif.UPRIGHT;
  private byte[] frame = new byte[0];

  private JpegFile(byte[] file) {
    data = ByteBuffer.wrap(file);
  }

  static JpegFile parse(byte[] file) throws IOException {
    JpegFile jpeg = new JpegFile(file);
    jpeg.essential.write(file, 0, 2);
    jpeg.data.position(2);
    while (jpeg.readSegment()) {}
    if (jpeg.frame.length == 0) {
      throw new IOException("there is no frame before the first scan");
    }
    jpeg.essential.write(file, jpeg.data.position(), jpeg.data.remaining());
    return jpeg;
  }

  /** Reads one segment; false at the first scan, which is not consumed. */
  private boolean readSegment() throws IOException {
    while ((data.get() & 0xff) != 0xff) {
      // Bytes between segments mean nothing, as to every decoder.
    }
    int marker;
    do {
      marker = data.get() & 0xff;
    } while (marker == 0xff);
    if (marker == SOS) {
      data.position(data.position() - 2);
      return false;
    }
    if (marker == EOI) {
      throw new IOException("there is no image in it");
    }
    if (marker == 0 || marker == 1 || (marker >= 0xD0 && marker <= 0xD8)) {
      return true;
    }
    int length = (data.getShort() & 0xffff) - 2;
    if (length < 0 || length > data.remaining()) {
      throw new EOFException();
    }
    byte[] content = new byte[length];
    data.get(content);
    readContent(marker, content);
    return true;
  }

  private void readContent(int marker, byte[] content) throws IOException {
    if (marker >= SOF0 && marker <= 0xCF && marker != DHT && marker != 0xC8 && marker != 0xCC) {
      readFrame(marker, content);
    }
    if ((marker >= SOF0 && marker <= 0xCF) || marker == DQT || marker == DRI) {
      essential.write(0xff);
      essential.write(marker);
      essential.write((content.length + 2) >> 8);
      essential.write(content.length + 2);
      essential.write(content, 0, content.length);
    } else if (marker == APP0 && startsWith(content, "JFIF\0")) {
      jfif = true;
    } else if (marker == APP1 && startsWith(content, "Exif\0") && content.length > 6) {
      orientation = Exif.orientation(ByteBuffer.wrap(content, 6, content.length - 6));
    } else if (marker == APP14 && startsWith(content, "Adobe") && content.length >= 12) {
      adobeTransform = content[11] & 0xff;
    }
  }

  private static boolean startsWith(byte[] content, String prefix) {
    return content.length >= prefix.length()
        && new String(content, 0, prefix.length(), StandardCharsets.ISO_8859_1).equals(prefix);
  }

  private void readFrame(int marker, byte[] content) throws IOException {
    if (marker > SOF2) {
      throw new IOException(
          "its coding (lossless, hierarchical or arithmetic) is not supported; save it as a common"
              + " JPEG");
    }
    frame = content;
    if (content.length < 6 || content.length < 6 + 3 * components()) {
      throw new EOFException();
    }
    if (content[0] != 8) {
      throw new IOException("it has " + content[0] + " bits a sample, not 8");
    }
    if (components() != 1 && components() != 3 && components() != 4) {
      throw new IOException("it has " + components() + " components, not 1, 3 or 4");
    }
    if (twoBytes(1) == 0 || twoBytes(3) == 0) {
      throw new IOException("it says that it has no pixels");
    }
  }

  private int twoBytes(int at) {
    return (frame[at] & 0xff) << 8 | (frame[at + 1] & 0xff);
  }

  private int components() {
    return frame[5] & 0xff;
  }

  /** Horizontal and vertical sampling factor as the two hexadecimal digits. */
  private int sampling(int component) {
    return frame[7 + 3 * component] & 0xff;
  }

  @Override
  public Size size() {
    return new Size(twoBytes(3), twoBytes(1));
  }

  @Override
  public int orientation() {
    return orientation;
  }

  @Override
  public RgbImage decode() throws IOException {
    Size size = size();
    byte[] samples =
        ((DataBufferByte) Codec.JPEG.raster(essential.toByteArray()).getDataBuffer()).getData();
    if (samples.length != size.area() * components()) {
      throw new IOException("its scans do not fit its frame");
    }
    for (int c = 1; c < components(); c++) {
      if (sampling(0) == 0x12 && sampling(c) == 0x11) {
        ChromaRows.interpolate(samples, size, components(), c);
      }
    }
    byte[] ids = new byte[components()];
    for (int c = 0; c < ids.length; c++) {
      ids[c] = frame[6 + 3 * c];
    }
    return JpegColour.of(ids, jfif, adobeTransform).toRgb(size, samples);
  }
}

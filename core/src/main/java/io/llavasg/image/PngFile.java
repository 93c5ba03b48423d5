package io.llavasg.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * PNG. Chunks are read here; the codec gets the image data alone, a palette image as if its indices
 * were grey levels. Samples of 16 bits lose their lower eight, except for grey ones, which are
 * clipped at 255: odd, but what Pillow does.
 */
final class PngFile implements EncodedImage {

  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454E44;
  private static final int EXIF = 0x65584966;

  private static final int GREY = 0;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;

  private final ByteArrayOutputStream essential = new ByteArrayOutputStream();
  private Size size = new Size(1, 1);
  private int depth;
  private int colour;
  private byte[] palette = new byte[0];
  private int orientation = Exif.UPRIGHT;
  private boolean hasData;

  private PngFile() {}

  static PngFile parse(byte[] file) throws IOException {
    PngFile png = new PngFile();
    ByteBuffer data = ByteBuffer.wrap(file);
    DataOutputStream out = new DataOutputStream(png.essential);
    out.writeLong(SIGNATURE);
    data.position(8);
    png.readHeader(data, out);
    while (data.remaining() >= 8 && png.readChunk(data, out)) {}
    if (!png.hasData) {
      throw new EOFException();
    }
    writeChunk(out, IEND, new byte[0]);
    return png;
  }

  private void readHeader(ByteBuffer data, DataOutputStream out) throws IOException {
    if (data.getInt() != 13 || data.getInt() != IHDR) {
      throw new IOException("its first chunk is no header");
    }
    byte[] header = new byte[13];
    data.get(header);
    data.getInt();
    ByteBuffer fields = ByteBuffer.wrap(header);
    int width = fields.getInt();
    int height = fields.getInt();
    depth = fields.get();
    colour = fields.get();
    if (width < 1 || height < 1) {
      throw new IOException("it says that it has no pixels");
    }
    size = new Size(width, height);
    if (colour == PALETTE) {
      header[9] = GREY;
    }
    writeChunk(out, IHDR, header);
  }

  /** Reads one chunk; false at the last. A file may end within its image data: the codec knows. */
  private boolean readChunk(ByteBuffer data, DataOutputStream out) throws IOException {
    int length = data.getInt();
    int type = data.getInt();
    int present = Math.min(length, data.remaining());
    if (length < 0 || (present < length && type != IDAT)) {
      throw new EOFException();
    }
    int start = data.position();
    if (type == IDAT) {
      byte[] content = new byte[present];
      data.get(content);
      writeChunk(out, IDAT, content);
      hasData = true;
    } else if (type == PLTE) {
      palette = new byte[length];
      data.get(palette);
    } else if (type == EXIF) {
      orientation = Exif.orientation(data.slice(start, length));
    }
    data.position(Math.min(data.limit(), start + present + 4));
    return type != IEND;
  }

  private static void writeChunk(DataOutputStream out, int type, byte[] content)
      throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(ByteBuffer.allocate(4).putInt(type).flip());
    checksum.update(content);
    out.writeInt(content.length);
    out.writeInt(type);
    out.write(content);
    out.writeInt((int) checksum.getValue());
  }

  @Override
  public Size size() {
    return size;
  }

  @Override
  public int orientation() {
    return orientation;
  }

  @Override
  public RgbImage decode() throws IOException {
    return Samples.toRgb(Codec.PNG.image(essential.toByteArray()).getRaster(), meaning());
  }

  private Samples.Meaning meaning() {
    int shift = Math.max(0, depth - 8);
    if (colour == PALETTE) {
      return Samples.palette(palette);
    }
    if (colour == GREY) {
      int scale = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
      return (in, at, out, to) -> Samples.grey(Math.min(255, in[at] * scale), out, to);
    }
    if (colour == GREY_ALPHA) {
      return (in, at, out, to) -> Samples.grey(in[at] >> shift, out, to);
    }
    return (in, at, out, to) -> {
      out[to] = (byte) (in[at] >> shift);
      out[to + 1] = (byte) (in[at + 1] >> shift);
      out[to + 2] = (byte) (in[at + 2] >> shift);
    };
  }
}

package io.llavasg.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageReader;

/**
 * WebP: a RIFF container with a lossy (VP8) or lossless (VP8L) bit stream, or an animation, of
 * which the first frame is read. The alpha channel of a lossy image is a chunk of its own, never
 * looked at. The codec is libwebp, as Pillow's is, so the pixels are Pillow's.
 */
final class WebpFile implements EncodedImage {

  private final byte[] file;
  private final ByteBuffer data;
  private ByteBuffer stream = ByteBuffer.allocate(0);
  private boolean lossless;
  private Size size = new Size(1, 1);
  private Size frame = size;
  private boolean onCanvas;
  private int left;
  private int top;
  private int orientation = Exif.UPRIGHT;

  private WebpFile(byte[] file) {
    this.file = file;
    data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  static WebpFile parse(byte[] file) throws IOException {
    WebpFile webp = new WebpFile(file);
    int end = webp.data.getInt(4) + 8;
    if (end < 0 || end > file.length) {
      throw new EOFException();
    }
    webp.readChunks(12, end);
    if (webp.stream.capacity() == 0) {
      throw new IOException("there is no image in it");
    }
    return webp;
  }

  private void readChunks(int from, int end) throws IOException {
    for (int at = from; at + 8 <= end; ) {
      String type = new String(file, at, 4, StandardCharsets.ISO_8859_1);
      int length = data.getInt(at + 4);
      int start = at + 8;
      if (length < 0 || length > end - start) {
        throw new EOFException();
      }
      readChunk(type, start, length);
      at = start + length + (length & 1);
    }
  }

  private void readChunk(String type, int start, int length) throws IOException {
    boolean first = stream.capacity() == 0;
    if (type.equals("VP8X")) {
      size = new Size(threeBytes(start + 4) + 1, threeBytes(start + 7) + 1);
      onCanvas = true;
    } else if (type.equals("EXIF")) {
      boolean prefixed = length > 6 && data.get(start) == 'E';
      int skip = prefixed ? 6 : 0;
      orientation = Exif.orientation(data.slice(start + skip, length - skip));
    } else if (type.equals("ANMF") && first) {
      left = 2 * threeBytes(start);
      top = 2 * threeBytes(start + 3);
      readChunks(start + 16, start + length);
    } else if ((type.equals("VP8 ") || type.equals("VP8L")) && first) {
      lossless = type.equals("VP8L");
      stream = data.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
      readStreamHeader();
    }
  }

  private int threeBytes(int at) {
    return (data.getShort(at) & 0xffff) | (data.get(at + 2) & 0xff) << 16;
  }

  private void readStreamHeader() throws IOException {
    if (lossless) {
      int bits = stream.getInt(1);
      frame = new Size((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    } else {
      int width = stream.getShort(6) & 0x3fff;
      int height = stream.getShort(8) & 0x3fff;
      if (width == 0 || height == 0) {
        throw new IOException("it says that it has no pixels");
      }
      frame = new Size(width, height);
    }
    if (!onCanvas) {
      size = frame;
    }
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
    RgbImage image = decodeStream();
    return image.size().equals(size) ? image : image.onCanvas(size, left, top, 0);
  }

  /**
   * The codec gets a file of the bit stream alone: one frame, without an alpha channel beside it.
   */
  private RgbImage decodeStream() throws IOException {
    int padded = stream.capacity() + (stream.capacity() & 1);
    byte[] bare = new byte[20 + padded];
    ByteBuffer riff = ByteBuffer.wrap(bare).order(ByteOrder.LITTLE_ENDIAN);
    riff.put(ascii("RIFF")).putInt(12 + padded).put(ascii(lossless ? "WEBPVP8L" : "WEBPVP8 "));
    riff.putInt(stream.capacity());
    riff.put(stream.duplicate());
    ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
    try (ByteInput input = new ByteInput(bare)) {
      reader.setInput(input, true, true);
      return Samples.ofPacked(reader.read(0));
    } catch (IOException | RuntimeException e) {
      throw new IOException("its bit stream is damaged", e);
    } finally {
      reader.dispose();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}

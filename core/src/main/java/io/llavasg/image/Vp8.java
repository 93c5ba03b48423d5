package io.llavasg.image;

import com.twelvemonkeys.imageio.plugins.webp.vp8.VP8Frame;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReadParam;

/**
 * WebP's lossy bit stream (RFC 6386). The codec decodes its three planes; their enlargement and
 * conversion to RGB are done here as libwebp does them, for the codec's own repeats each chroma
 * sample four times and converts with other constants.
 */
final class Vp8 {

  private static final int LUMA = 19077;
  private static final int RED_OF_V = 26149;
  private static final int GREEN_OF_U = 6419;
  private static final int GREEN_OF_V = 13320;
  private static final int BLUE_OF_U = 33050;

  private Vp8() {}

  static RgbImage decode(byte[] stream, Size size) throws IOException {
    int width = size.width();
    int height = size.height();
    VP8Frame frame;
    try (ByteInput input = new ByteInput(stream)) {
      frame = new VP8Frame(input, true);
      BufferedImage ignored = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
      if (!frame.decode(ignored.getRaster(), new ImageReadParam())) {
        throw new IOException("its bit stream is damaged");
      }
    }
    int halfWidth = (width + 1) / 2;
    int[][] luma = plane(frame.getDebugImageYBuffer(), width, height, 1);
    int[][] u = plane(frame.getDebugImageUBuffer(), halfWidth, (height + 1) / 2, 2);
    int[][] v = plane(frame.getDebugImageVBuffer(), halfWidth, (height + 1) / 2, 2);
    byte[] out = new byte[Math.toIntExact(3 * size.area())];
    int[] rowU = new int[width];
    int[] rowV = new int[width];
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = Math.max(0, Math.min(u.length - 1, (y & 1) == 0 ? near - 1 : near + 1));
      enlarge(u[near], u[far], rowU);
      enlarge(v[near], v[far], rowV);
      for (int x = 0; x < width; x++) {
        toRgb(luma[y][x], rowU[x], rowV[x], out, 3 * (y * width + x));
      }
    }
    return RgbImage.adopt(width, height, out);
  }

  /** A plane of the codec, which shows it as a grey image with every sample {@code step} apart. */
  private static int[][] plane(BufferedImage image, int width, int height, int step) {
    Raster raster = image.getRaster();
    int[][] plane = new int[height][width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        plane[y][x] = raster.getSample(x * step, y * step, 0);
      }
    }
    return plane;
  }

  /**
   * A chroma row at twice the width: 9 : 3 : 3 : 1 of the four nearest samples, in libwebp's steps.
   */
  private static void enlarge(int[] near, int[] far, int[] row) {
    int width = row.length;
    row[0] = (3 * near[0] + far[0] + 2) >> 2;
    for (int x = 1; x <= (width - 1) / 2; x++) {
      int sum = near[x - 1] + near[x] + far[x - 1] + far[x] + 8;
      int towardsRight = (sum + 2 * (far[x - 1] + near[x])) >> 3;
      int towardsLeft = (sum + 2 * (near[x - 1] + far[x])) >> 3;
      row[2 * x - 1] = (towardsRight + near[x - 1]) >> 1;
      row[2 * x] = (towardsLeft + near[x]) >> 1;
    }
    if (width % 2 == 0) {
      int last = width / 2 - 1;
      row[width - 1] = (3 * near[last] + far[last] + 2) >> 2;
    }
  }

  /** ITU-R BT.601 with its narrow range, in libwebp's 14-bit fixed point. */
  private static void toRgb(int y, int u, int v, byte[] out, int at) {
    int luma = y * LUMA >> 8;
    out[at] = clip(luma + (v * RED_OF_V >> 8) - 14234);
    out[at + 1] = clip(luma - (u * GREEN_OF_U >> 8) - (v * GREEN_OF_V >> 8) + 8708);
    out[at + 2] = clip(luma + (u * BLUE_OF_U >> 8) - 17685);
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value >> 6));
  }
}

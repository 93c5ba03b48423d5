package io.llavasg.graph.draw;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Photos at the size they are drawn in. */
final class Photo {

  private Photo() {}

  /** Scales to {@code width} × {@code height}, opaque; transparency is dropped. */
  static BufferedImage scaled(BufferedImage photo, int width, int height) {
    BufferedImage from = opaque(photo);
    // Bilinear sampling sees two pixels a side: halving first keeps fine patterns from aliasing.
    while (from.getWidth() >= 2 * width && from.getHeight() >= 2 * height) {
      from =
          drawn(from, Math.max(width, from.getWidth() / 2), Math.max(height, from.getHeight() / 2));
    }
    boolean asItIs = from.getWidth() == width && from.getHeight() == height;
    return asItIs ? from : drawn(from, width, height);
  }

  private static BufferedImage opaque(BufferedImage photo) {
    int width = photo.getWidth();
    int height = photo.getHeight();
    BufferedImage opaque = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      opaque.setRGB(0, y, width, 1, photo.getRGB(0, y, width, 1, row, 0, width), 0, width);
    }
    return opaque;
  }

  private static BufferedImage drawn(BufferedImage photo, int width, int height) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    boolean enlarges = width > photo.getWidth();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION,
        enlarges
            ? RenderingHints.VALUE_INTERPOLATION_BICUBIC
            : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(photo, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }
}

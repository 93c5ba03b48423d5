package io.llavasg.perception;

import io.llavasg.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A black picture that rectangles are drawn in. */
public final class Drawing {
  private final BufferedImage picture;

  public Drawing(int width, int height) {
    picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  /** Fills the rectangle from (x0, y0) up to but without (x1, y1). */
  public Drawing fill(int colour, int x0, int y0, int x1, int y1) {
    for (int y = y0; y < y1; y++) {
      for (int x = x0; x < x1; x++) {
        picture.setRGB(x, y, colour);
      }
    }
    return this;
  }

  public RgbImage image() {
    return RgbImage.of(picture);
  }

  public Path write(Path file) throws IOException {
    try (var stream = Files.newOutputStream(file)) {
      ImageIO.write(picture, "png", stream);
    }
    return file;
  }
}

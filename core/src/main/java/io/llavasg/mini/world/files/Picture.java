package io.llavasg.mini.world.files;

import io.llavasg.image.RgbImage;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A scene's picture as a PNG file.
 *
 * @param png the file's bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record Picture(byte[] png) {

  static Picture of(Scene scene, SceneRenderer renderer) throws IOException {
    return of(renderer.render(scene));
  }

  static Picture of(RgbImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image.toBufferedImage(), "png", out);
    }
    return new Picture(bytes.toByteArray());
  }

  /** Writes the file, and gives the same file other names, as links where the disk has them. */
  void write(Path file, Path... others) throws IOException {
    Files.write(file, png);
    for (Path other : others) {
      try {
        Files.createLink(other, file);
      } catch (UnsupportedOperationException | IOException e) {
        Files.write(other, png);
      }
    }
  }
}

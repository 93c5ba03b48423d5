package io.llavasg.graph.draw;

import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** A finished layout, which can be had as pixels and as SVG. */
public final class Figure {

  private final int width;
  private final int height;
  private final Typeface typeface;
  private final Consumer<Surface> drawing;

  Figure(int width, int height, Typeface typeface, Consumer<Surface> drawing) {
    this.width = width;
    this.height = height;
    this.typeface = typeface;
    this.drawing = drawing;
  }

  /** In pixels. */
  public int width() {
    return width;
  }

  /** In pixels. */
  public int height() {
    return height;
  }

  /**
   * The characters, each once, that no font of this machine can show: in pixels a box stands for
   * each. An SVG leaves them to its viewer.
   */
  public String unshown() {
    MissingGlyphs missing = new MissingGlyphs();
    drawing.accept(missing);
    return missing.characters();
  }

  public BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      drawing.accept(new PixelSurface(graphics));
    } finally {
      graphics.dispose();
    }
    return image;
  }

  /**
   * A small JPEG file for a page.
   *
   * @param side of the longer side, in pixels; nothing is enlarged
   */
  public byte[] toJpeg(int side) {
    double scale = Math.min(1, (double) side / Math.max(width, height));
    BufferedImage small =
        Photo.scaled(
            toImage(),
            (int) Math.max(1, Math.round(scale * width)),
            (int) Math.max(1, Math.round(scale * height)));
    return encoded(small, "jpeg");
  }

  /** A whole SVG document. */
  public String toSvg() {
    SvgSurface surface = new SvgSurface(width, height, typeface);
    drawing.accept(surface);
    return surface.document();
  }

  /**
   * Writes a PNG or an SVG file, as the file's name ends.
   *
   * @throws LlavaSgException user, if it ends otherwise or its folder cannot be written to
   */
  public void write(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".png") && !name.endsWith(".svg")) {
      throw LlavaSgException.user("%s: a picture's name must end in .png or .svg", file);
    }
    WholeFile.write(
        file,
        name.endsWith(".svg")
            ? toSvg().getBytes(StandardCharsets.UTF_8)
            : encoded(toImage(), "png"));
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail to be written to
    }
    return bytes.toByteArray();
  }
}

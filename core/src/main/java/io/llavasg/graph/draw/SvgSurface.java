package io.llavasg.graph.draw;

import io.llavasg.LlavaSgException;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.PathIterator;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;

/** A surface that writes SVG: the photo as an embedded JPEG, all else as paths and real text. */
final class SvgSurface implements Surface {

  private final StringBuilder svg = new StringBuilder();
  private final Typeface typeface;

  SvgSurface(int width, int height, Typeface typeface) {
    this.typeface = typeface;
    svg.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .append("<svg xmlns=\"http://www.w3.org/2000/svg\" ")
        .append(
            "width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" ".formatted(width, height))
        .append("font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\">\n");
  }

  /** The whole document; nothing may be drawn afterwards. */
  String document() {
    return svg.append("</svg>\n").toString();
  }

  @Override
  public void image(BufferedImage image, int x, int y) {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpg", jpeg);
    } catch (IOException e) {
      throw LlavaSgException.internal(e, "cannot encode the photo as JPEG: %s", e);
    }
    svg.append(
            "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" href=\"data:image/jpeg;base64,"
                .formatted(x, y, image.getWidth(), image.getHeight()))
        .append(Base64.getEncoder().encodeToString(jpeg.toByteArray()))
        .append("\"/>\n");
  }

  @Override
  public void fill(Shape shape, Color colour) {
    path(shape);
    svg.append("\" fill-rule=\"evenodd\"");
    paint("fill", colour);
    svg.append("/>\n");
  }

  @Override
  public void stroke(Shape shape, Color colour, double width) {
    path(shape);
    svg.append("\" fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\"");
    paint("stroke", colour);
    svg.append(" stroke-width=\"").append(number(width)).append("\"/>\n");
  }

  /** {@code textLength} keeps text within its box where a viewer has another font. */
  @Override
  public void text(String text, double x, double baseline, Font font, Color colour) {
    svg.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(baseline));
    svg.append("\" font-size=\"").append(number(font.getSize2D())).append('"');
    if (font.isBold()) {
      svg.append(" font-weight=\"bold\"");
    }
    svg.append(" textLength=\"").append(number(typeface.width(text, font)));
    svg.append("\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"");
    paint("fill", colour);
    svg.append('>').append(escape(text)).append("</text>\n");
  }

  private void path(Shape shape) {
    svg.append("<path d=\"");
    double[] points = new double[6];
    for (PathIterator i = shape.getPathIterator(null); !i.isDone(); i.next()) {
      int segment = i.currentSegment(points);
      svg.append("MLQCZ".charAt(segment));
      int coordinates = segment == PathIterator.SEG_CLOSE ? 0 : 2 * Math.max(1, segment);
      for (int k = 0; k < coordinates; k++) {
        svg.append(k == 0 ? "" : " ").append(number(points[k]));
      }
    }
  }

  private void paint(String attribute, Color colour) {
    svg.append(' ').append(attribute).append("=\"#");
    svg.append("%06x".formatted(colour.getRGB() & 0xffffff)).append('"');
    if (colour.getAlpha() < 255) {
      svg.append(' ').append(attribute).append("-opacity=\"");
      svg.append(number(colour.getAlpha() / 255.0)).append('"');
    }
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00")
        ? text.substring(0, text.length() - 3)
        : text.endsWith("0") ? text.substring(0, text.length() - 1) : text;
  }

  /** Also leaves out what XML 1.0 has no way to say: most control characters, half surrogates. */
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .filter(c -> c >= 0x20 && c != 0xfffe && c != 0xffff && (c < 0xd800 || c > 0xdfff))
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                default -> escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }
}

package io.llavasg.graph.draw;

import io.llavasg.LlavaSgException;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.LineMetrics;
import java.util.ArrayList;
import java.util.List;

/** The logical sans-serif font: sizes, measures and line breaks. */
public final class Typeface {

  private final FontRenderContext context = new FontRenderContext(null, true, true);

  private Typeface() {}

  /**
   * Loads the font; a JDK on a machine without fonts throws errors of many kinds when first asked
   * to measure.
   */
  public static Typeface load() {
    Typeface typeface = new Typeface();
    try {
      typeface.width("M", typeface.plain(12));
      return typeface;
    } catch (RuntimeException | Error e) {
      throw LlavaSgException.resources(
          e,
          "no font to draw with (%s): install fontconfig and a font such as DejaVu Sans, or write"
              + " .json or .dot instead of a picture",
          e);
    }
  }

  public Font plain(double size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) size);
  }

  public Font bold(double size) {
    return new Font(Font.SANS_SERIF, Font.BOLD, 1).deriveFont((float) size);
  }

  public double width(String text, Font font) {
    return font.getStringBounds(text, context).getWidth();
  }

  double ascent(Font font) {
    return metrics(font).getAscent();
  }

  double lineHeight(Font font) {
    return metrics(font).getAscent() + metrics(font).getDescent();
  }

  private LineMetrics metrics(Font font) {
    return font.getLineMetrics("Mg", context);
  }

  /** Text on one line: line breaks and other control characters become spaces. */
  static String line(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  /** Text of at most {@code width}, its end replaced by an ellipsis where it is too long. */
  public String shortened(String text, Font font, double width) {
    if (width(text, font) <= width) {
      return text;
    }
    int length = text.length();
    while (length > 1 && width(text.substring(0, length) + "…", font) > width) {
      length = text.offsetByCodePoints(length, -1);
    }
    return text.substring(0, length).strip() + "…";
  }

  /** Breaks text into lines, at spaces where it can, within a word that is longer than a line. */
  List<String> wrap(String text, Font font, double width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.strip().split("\\R")) {
      String line = "";
      for (String word : line(paragraph).split(" ")) {
        String longer = line.isEmpty() ? word : line + " " + word;
        if (width(longer, font) <= width) {
          line = longer;
          continue;
        }
        if (!line.isEmpty()) {
          lines.add(line);
        }
        line = word;
        while (width(line, font) > width && line.codePointCount(0, line.length()) > 1) {
          int fit = fit(line, font, width);
          lines.add(line.substring(0, fit));
          line = line.substring(fit);
        }
      }
      lines.add(line);
    }
    return lines;
  }

  /** Number of chars at the start of a word that fit, at least one character. */
  private int fit(String word, Font font, double width) {
    int fit = word.offsetByCodePoints(0, 1);
    while (fit < word.length()) {
      int next = word.offsetByCodePoints(fit, 1);
      if (width(word.substring(0, next), font) > width) {
        break;
      }
      fit = next;
    }
    return fit;
  }
}

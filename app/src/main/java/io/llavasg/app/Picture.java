package io.llavasg.app;

import io.llavasg.graph.draw.Figure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** Pictures that a command writes. */
final class Picture {
  private Picture() {}

  /** Writes a picture, and says so; one of pixels says what it cannot show, too. */
  static void write(Figure figure, Path file, PrintWriter err) {
    figure.write(file);
    boolean isPixels = file.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    String missing = isPixels ? figure.unshown() : "";
    if (!missing.isEmpty()) {
      err.printf(
          "llava-sg: no font here can show %s: '%s' has boxes instead; install a font that can, or"
              + " write an .svg%n",
          missing, file);
    }
    err.println("llava-sg: wrote " + file);
  }
}

package io.llavasg.mini.world;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A kind's drawing: layers of polygons from back to front, centred on the origin, the longer side
 * of their common extent being 1.
 *
 * @param width of the extent, at most 1
 * @param height of the extent, at most 1
 */
record Pictogram(List<Layer> layers, double width, double height) {

  /**
   * A layer.
   *
   * @param rings closed polygons x0, y0, x1, y1, …, filled by the non-zero winding rule
   */
  record Layer(Paint paint, List<double[]> rings) {}

  Pictogram {
    layers = List.copyOf(layers);
  }

  private static final Map<Kind, Pictogram> ALL = read();

  static Pictogram of(Kind kind) {
    return Objects.requireNonNull(ALL.get(kind));
  }

  private static Map<Kind, Pictogram> read() {
    Map<Kind, List<Layer>> layers = new EnumMap<>(Kind.class);
    List<Layer> current = new ArrayList<>();
    for (String line : text().split("\n", -1)) {
      if (line.startsWith("  ")) {
        String[] parts = line.strip().split(" ", 2);
        Paint paint = Paint.valueOf(parts[0].toUpperCase(Locale.ROOT));
        current.add(new Layer(paint, PathData.polygons(parts[1])));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        current = new ArrayList<>();
        layers.put(Kind.valueOf(line.strip().toUpperCase(Locale.ROOT)), current);
      }
    }
    Map<Kind, Pictogram> all = new EnumMap<>(Kind.class);
    layers.forEach((kind, drawn) -> all.put(kind, centred(drawn)));
    return all;
  }

  private static Pictogram centred(List<Layer> layers) {
    double[] low = {Double.MAX_VALUE, Double.MAX_VALUE};
    double[] high = {-Double.MAX_VALUE, -Double.MAX_VALUE};
    for (Layer layer : layers) {
      for (double[] ring : layer.rings()) {
        for (int i = 0; i < ring.length; i++) {
          low[i & 1] = Math.min(low[i & 1], ring[i]);
          high[i & 1] = Math.max(high[i & 1], ring[i]);
        }
      }
    }
    double longer = Math.max(high[0] - low[0], high[1] - low[1]);
    for (Layer layer : layers) {
      for (double[] ring : layer.rings()) {
        for (int i = 0; i < ring.length; i++) {
          ring[i] = (ring[i] - (low[i & 1] + high[i & 1]) / 2) / longer;
        }
      }
    }
    return new Pictogram(layers, (high[0] - low[0]) / longer, (high[1] - low[1]) / longer);
  }

  private static String text() {
    try (InputStream stream = Pictogram.class.getResourceAsStream("pictograms.txt")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw LlavaSgException.internal(e, "the miniature's pictograms cannot be read");
    }
  }
}

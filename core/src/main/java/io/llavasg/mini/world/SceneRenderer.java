package io.llavasg.mini.world;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entities;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Draws scenes, with 16 sample points a pixel, and gives the exact masks of what is seen: a pixel
 * belongs to the foremost thing that covers at least half of it. Immutable; any thread may use it.
 *
 * @param size the picture's width and height in pixels
 */
public record SceneRenderer(int size) {

  /** Pixels that a side has where nothing else is asked for. */
  public static final int SIZE = 112;

  private static final int SMALLEST = 56;
  private static final int LARGEST = 1024;

  /** What is left of a colour at the edge of a thing. */
  private static final double EDGE = .55;

  private static final int POINTS = 16;

  public SceneRenderer {
    if (size < SMALLEST || size > LARGEST) {
      throw LlavaSgException.user(
          "scenes are drawn with %d to %d pixels a side, not %d", SMALLEST, LARGEST, size);
    }
  }

  /** A renderer of pictures of the usual size, {@value #SIZE}. */
  public SceneRenderer() {
    this(SIZE);
  }

  /** The picture. */
  public RgbImage render(Scene scene) {
    int[] canvas = new int[size * size];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        canvas[y * size + x] = scene.background().at((x + .5) / size, (y + .5) / size);
      }
    }
    for (Thing thing : scene.things()) {
      draw(thing, canvas);
    }
    byte[] bytes = new byte[3 * canvas.length];
    for (int i = 0; i < canvas.length; i++) {
      bytes[3 * i] = (byte) (canvas[i] >> 16);
      bytes[3 * i + 1] = (byte) (canvas[i] >> 8);
      bytes[3 * i + 2] = (byte) canvas[i];
    }
    return RgbImage.of(size, size, bytes);
  }

  private void draw(Thing thing, int[] canvas) {
    List<Stencil> layers = Stencil.layers(thing, size);
    Stencil all = Stencil.union(layers, thing, size);
    int[] colours =
        Pictogram.of(thing.kind()).layers().stream()
            .mapToInt(layer -> Rgb.scale(thing.colour().of(layer.paint()), thing.shade()))
            .toArray();
    for (int y = all.top(); y < all.bottom(); y++) {
      for (int x = all.left(); x < all.right(); x++) {
        if (all.at(x, y) != 0) {
          double factor = isEdge(all, x, y) ? EDGE : 1;
          canvas[y * size + x] = blend(layers, colours, x, y, factor, canvas[y * size + x]);
        }
      }
    }
  }

  /** As wide in any picture as a pixel is at the usual size. */
  private boolean isEdge(Stencil all, int x, int y) {
    if (!all.covers(x, y)) {
      return true;
    }
    for (int reach = Math.max(1, Math.round((float) size / SIZE)); reach > 0; reach--) {
      if (!all.covers(x - reach, y)
          || !all.covers(x + reach, y)
          || !all.covers(x, y - reach)
          || !all.covers(x, y + reach)) {
        return true;
      }
    }
    return false;
  }

  /** The mean over a pixel's sample points, each of its foremost layer's colour. */
  private static int blend(
      List<Stencil> layers, int[] colours, int x, int y, double factor, int ground) {
    int free = 0xffff;
    int red = 0;
    int green = 0;
    int blue = 0;
    for (int i = layers.size() - 1; i >= -1; i--) {
      int points = i < 0 ? free : layers.get(i).at(x, y) & free;
      free &= ~points;
      int share = Integer.bitCount(points);
      if (share > 0) {
        int colour = i < 0 ? ground : Rgb.scale(colours[i], factor);
        red += share * (colour >> 16 & 0xff);
        green += share * (colour >> 8 & 0xff);
        blue += share * (colour & 0xff);
      }
    }
    int half = POINTS / 2;
    return (red + half) / POINTS << 16 | (green + half) / POINTS << 8 | (blue + half) / POINTS;
  }

  /** The visible mask of each thing, in the scene's order. */
  public List<Mask> masks(Scene scene) {
    int[] owner = owners(scene);
    List<Mask> masks = new ArrayList<>();
    for (int i = 0; i < scene.things().size(); i++) {
      byte[] rows = new byte[owner.length];
      for (int pixel = 0; pixel < owner.length; pixel++) {
        rows[pixel] = (byte) (owner[pixel] == i ? 1 : 0);
      }
      masks.add(Mask.ofRowMajor(size, size, rows));
    }
    return masks;
  }

  /** The index of the thing that is seen at each pixel, row by row; −1: the background. */
  int[] owners(Scene scene) {
    int[] owner = new int[size * size];
    Arrays.fill(owner, -1);
    for (int i = 0; i < scene.things().size(); i++) {
      Stencil all = Stencil.silhouette(scene.things().get(i), size);
      for (int y = all.top(); y < all.bottom(); y++) {
        for (int x = all.left(); x < all.right(); x++) {
          if (all.covers(x, y)) {
            owner[y * size + x] = i;
          }
        }
      }
    }
    return owner;
  }

  /**
   * The scene's entities, in its order: kinds as labels, visible masks, and the masks' extents as
   * boxes.
   *
   * @param image the name of the picture's file, if it has one
   */
  public Entities entities(Scene scene, Optional<String> image) {
    List<Mask> masks = masks(scene);
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < masks.size(); i++) {
      entities.add(Entity.of(scene.things().get(i).kind().word(), 1, masks.get(i)));
    }
    return new Entities(image, entities);
  }
}

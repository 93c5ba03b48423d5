package io.llavasg.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entities;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A scene of NLVR: three grey boxes of 100 × 100 pixels with things in them, 50 pixels apart. Its
 * six pictures show the boxes in all orders: the k-th has the k-th permutation, from left to right.
 *
 * @param boxes the things in each box
 */
record NlvrScene(List<List<Thing>> boxes) {
  /** How many pictures a scene has. */
  static final int ORDERS = 6;

  private static final int BOX = 100;
  private static final int PITCH = 150;
  private static final int WIDTH = 400;

  /** Permutations of three in lexicographic order: which box stands left, in the middle, right. */
  private static final int[][] PERMUTATIONS = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };

  private static final Map<String, String> COLOURS =
      Map.of("yellow", "yellow", "black", "black", "#0099ff", "blue");

  /**
   * A thing.
   *
   * @param x its left edge in its box, in pixels
   * @param y its upper edge
   * @param size width and height
   */
  record Thing(String colour, String shape, int x, int y, int size) {

    /** Whether a pixel of its square is inside: as a canvas draws the shapes. */
    private boolean covers(int column, int row) {
      double dx = column + .5 - size / 2.0;
      double dy = row + .5 - size / 2.0;
      return switch (shape) {
        case "circle" -> dx * dx + dy * dy <= size * size / 4.0;
        case "triangle" -> Math.abs(dx) <= (row + 1) / 2.0;
        default -> true;
      };
    }
  }

  NlvrScene {
    boxes = boxes.stream().map(List::copyOf).toList();
  }

  /** Reads {@code structured_rep}. */
  static NlvrScene parse(DataRow row) {
    JsonNode list = row.list("structured_rep");
    if (list.size() != 3) {
      throw LlavaSgException.user("%s: its scene has %d boxes, not 3", row.where(), list.size());
    }
    List<List<Thing>> boxes = new ArrayList<>();
    for (JsonNode box : list) {
      List<Thing> things = new ArrayList<>();
      for (JsonNode thing : box) {
        things.add(thing(new DataRow(row.where(), thing)));
      }
      boxes.add(things);
    }
    return new NlvrScene(boxes);
  }

  private static Thing thing(DataRow row) {
    String colour = row.text("color").toLowerCase(Locale.ROOT);
    return new Thing(
        COLOURS.getOrDefault(colour, colour),
        row.text("type"),
        row.integer("x_loc"),
        row.integer("y_loc"),
        row.integer("size"));
  }

  /** The boxes and the things in them, from left to right, as a picture shows them. */
  Entities entities(int order) {
    List<Entity> entities = new ArrayList<>();
    for (int slot = 0; slot < 3; slot++) {
      entities.add(Entity.of("box", 1, box(slot)));
      for (Thing thing : boxes.get(PERMUTATIONS[order][slot])) {
        entities.add(Entity.of(thing.colour() + " " + thing.shape(), 1, mask(thing, slot)));
      }
    }
    return new Entities(Optional.empty(), entities);
  }

  private static Mask box(int slot) {
    byte[] pixels = new byte[WIDTH * BOX];
    for (int y = 0; y < BOX; y++) {
      Arrays.fill(pixels, y * WIDTH + slot * PITCH, y * WIDTH + slot * PITCH + BOX, (byte) 1);
    }
    return Mask.ofRowMajor(WIDTH, BOX, pixels);
  }

  private static Mask mask(Thing thing, int slot) {
    byte[] pixels = new byte[WIDTH * BOX];
    for (int row = 0; row < thing.size(); row++) {
      for (int column = 0; column < thing.size(); column++) {
        int x = thing.x() + column;
        int y = thing.y() + row;
        if (x >= 0 && x < BOX && y >= 0 && y < BOX && thing.covers(column, row)) {
          pixels[y * WIDTH + slot * PITCH + x] = 1;
        }
      }
    }
    return Mask.ofRowMajor(WIDTH, BOX, pixels);
  }
}

package io.llavasg.mini.model;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Thing;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scene is called while CLIP is pretrained: everything in it, in chance order, each now with
 * its colour, its size and its place, now without. A caption with all colours could be told from
 * the others of a batch by these alone; one that leaves most of them out cannot, so that the tower
 * has to learn the kinds as well.
 */
final class DenseCaption {
  private static final double COLOURED = .4;
  private static final double SIZED = .2;
  private static final double PLACED = .25;
  private static final double ON_GROUND = .2;

  private DenseCaption() {}

  static String of(Scene scene, Chance chance) {
    List<String> parts = new ArrayList<>();
    for (Thing thing : chance.shuffled(scene.things())) {
      StringBuilder part = new StringBuilder();
      if (chance.happens(SIZED)) {
        part.append(thing.magnitude().word()).append(' ');
      }
      if (chance.happens(COLOURED)) {
        part.append(thing.colour().word()).append(' ');
      }
      part.append(thing.kind().word());
      if (chance.happens(PLACED)) {
        part.append(" at the ").append(Place.coarse(thing));
      }
      parts.add(part.toString());
    }
    String ground =
        chance.happens(ON_GROUND)
            ? " on a %s %s background".formatted(scene.tone().word(), scene.pattern().word())
            : "";
    return String.join(", ", parts) + ground;
  }
}

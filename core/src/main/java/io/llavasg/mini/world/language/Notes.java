package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Thing;
import java.util.ArrayList;
import java.util.List;

/**
 * A scene in as few words as hold all of it. Their order within a note says nothing, so that
 * nothing is lost if a note is read at one glance, as a sum of its words.
 */
public final class Notes {
  /** Squares along a side of the picture, named as on a chessboard. */
  private static final int SQUARES = 9;

  private Notes() {}

  /**
   * Of a thing its size, colour and kind, and the square that its centre is in, such as {@code
   * small red dog b4}: columns are a to i from the left, rows 1 to 9 from the top.
   */
  public static String of(Thing thing) {
    return "%s %s %c%d"
        .formatted(
            thing.magnitude().word(),
            thing.name(),
            (char) ('a' + square(thing.x())),
            1 + square(thing.y()));
  }

  /** Of the background, such as {@code light striped}. */
  public static String ofBackground(Scene scene) {
    return scene.tone().word() + " " + scene.pattern().word();
  }

  private static int square(double at) {
    return Math.clamp((int) Math.floor(SQUARES * at), 0, SQUARES - 1);
  }

  /** Of each thing, in chance order, and of the background. */
  static List<String> of(Scene scene, Chance chance) {
    List<String> notes = new ArrayList<>();
    chance.shuffled(scene.things()).forEach(thing -> notes.add(of(thing)));
    notes.add(ofBackground(scene));
    return notes;
  }
}

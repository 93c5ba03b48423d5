package io.llavasg.mini.world.language;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A multiple choice.
 *
 * @param category what it asks, finer than the skill, such as {@code two_hop}
 * @param options two to four, one of them right
 * @param right the index of the right one
 */
public record Choice(
    Skill skill,
    String category,
    Template template,
    String text,
    List<String> options,
    int right,
    boolean pairReserved) {

  public Choice {
    options = List.copyOf(options);
  }

  /** Which part of the test it belongs to. */
  public TestPart part() {
    return TestPart.of(template.reserved(), pairReserved);
  }

  /** The letter of an option. */
  public static String letter(int option) {
    return Character.toString('A' + option);
  }

  /** The options moved on by some places in a circle, as MMBench's evaluation does it. */
  public Choice rotated(int places) {
    List<String> moved = new ArrayList<>(options);
    Collections.rotate(moved, places);
    return new Choice(
        skill,
        category,
        template,
        text,
        moved,
        Math.floorMod(right + places, options.size()),
        pairReserved);
  }

  /** The options a line each: {@code A. dog}. */
  public String lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      lines.add(letter(i) + ". " + options.get(i));
    }
    return String.join("\n", lines);
  }
}

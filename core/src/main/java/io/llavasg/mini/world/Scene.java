package io.llavasg.mini.world;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A scene: a background, and things from the back to the front.
 *
 * @param seed of which it was made
 */
public record Scene(long seed, Background background, List<Thing> things) {

  /** Most things of a scene. */
  public static final int MOST = 8;

  public Scene {
    things = List.copyOf(things);
  }

  /** The multiset of colours and kinds as a text: what no test scene shares with training. */
  public String composition() {
    return composition(things.stream().map(Thing::name).toList());
  }

  static String composition(List<String> names) {
    return names.stream().sorted().collect(Collectors.joining(" + "));
  }

  /** The kinds that are there, in the order of {@link Kind}: what a tagger should say. */
  public List<Kind> kinds() {
    return things.stream().map(Thing::kind).distinct().sorted().toList();
  }

  /** The texture of the background. */
  public Pattern pattern() {
    return background.pattern();
  }

  /** Whether the background is light or dark. */
  public Tone tone() {
    return background.tone();
  }
}

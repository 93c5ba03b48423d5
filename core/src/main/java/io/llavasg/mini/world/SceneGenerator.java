package io.llavasg.mini.world;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Makes scenes of seeds: the same seed, the same scene. Immutable; any thread may use it.
 *
 * <p>What there is is drawn first, again and again until the composition belongs to the split;
 * where it stands is drawn after that, and never changes it.
 *
 * @param split whose compositions are made
 */
public record SceneGenerator(Split split) {
  private static final int[] WEIGHTS_OF_COUNTS = {8, 14, 17, 18, 15, 12, 9, 7};

  /** From so many things on, most are small. */
  private static final int CROWD = 5;

  /** Arrangements tried before another composition is drawn. */
  private static final int ARRANGEMENTS = 12;

  /** What is to be seen of everything. */
  static final double LEAST_VISIBLE = .6;

  /** Kinds that come together: what makes one likely where another is. */
  private static final List<List<Kind>> THEMES =
      List.of(
          List.of(Kind.TREE, Kind.FLOWER, Kind.LEAF, Kind.BUTTERFLY, Kind.BIRD, Kind.RABBIT),
          List.of(Kind.SUN, Kind.MOON, Kind.CLOUD, Kind.STAR, Kind.PLANE, Kind.BIRD),
          List.of(Kind.TABLE, Kind.CUP, Kind.BOOK, Kind.CLOCK, Kind.CAT, Kind.KEY),
          List.of(Kind.CIRCLE, Kind.SQUARE, Kind.TRIANGLE, Kind.DIAMOND, Kind.OVAL, Kind.CROSS),
          List.of(Kind.HEXAGON, Kind.RECTANGLE, Kind.RING, Kind.ARROW, Kind.HEART, Kind.STAR),
          List.of(Kind.APPLE, Kind.CARROT, Kind.MUSHROOM, Kind.TABLE, Kind.CUP, Kind.RABBIT),
          List.of(Kind.HOUSE, Kind.CAR, Kind.TREE, Kind.DOG, Kind.BALL, Kind.UMBRELLA),
          List.of(Kind.BOAT, Kind.FISH, Kind.BELL, Kind.HAT, Kind.CLOUD, Kind.SUN));

  /** A colour and a kind, before it has a place. */
  private record Item(Kind kind, Colour colour) {
    String name() {
      return colour.word() + " " + kind.word();
    }
  }

  /** The scene of a seed. */
  public Scene scene(long seed) {
    Chance chance = Chance.of(seed).split("scene");
    Background background = Background.drawn(chance.split("background"));
    for (int round = 0; ; round++) {
      List<Item> items = items(chance.split(round).split("items"));
      String composition = Scene.composition(items.stream().map(Item::name).toList());
      if (Split.ofComposition(composition) != split) {
        continue;
      }
      for (int attempt = 0; attempt < ARRANGEMENTS; attempt++) {
        List<Thing> things = arranged(items, chance.split(round).split(attempt));
        if (things.size() == items.size()) {
          return new Scene(seed, background, things);
        }
      }
    }
  }

  private static List<Item> items(Chance chance) {
    int count = 1 + chance.weighted(WEIGHTS_OF_COUNTS);
    boolean hosted = count > 1 && chance.happens(.35);
    List<Kind> theme = chance.happens(.4) ? chance.pick(THEMES) : Kind.ALL;
    int hosts = hosted ? 1 : 0;
    double repeat = chance.happens(.5) ? .65 : .15;
    List<Item> items = new ArrayList<>();
    while (items.size() < count) {
      boolean first = items.isEmpty();
      Kind kind;
      if (first && hosted) {
        kind = chance.pick(chance.happens(.5) ? Kind.SUPPORTS : Kind.CONTAINERS);
      } else if (items.size() > hosts && chance.happens(repeat)) {
        kind = chance.pick(items.subList(hosts, items.size())).kind();
      } else {
        kind = chance.pick(chance.happens(.8) ? theme : Kind.ALL);
      }
      boolean sameColour = !first && chance.happens(.2);
      Colour colour = sameColour ? chance.pick(items).colour() : chance.pick(Colour.ALL);
      items.add(new Item(kind, colour));
    }
    return items;
  }

  /** The items in places; fewer than given if one found none. */
  private static List<Thing> arranged(List<Item> items, Chance chance) {
    List<Thing> sized = new ArrayList<>();
    double large = items.size() < CROWD ? .55 : .2;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      boolean host = i == 0 && (item.kind().isSupport() || item.kind().isContainer());
      Magnitude magnitude = chance.happens(host ? .8 : large) ? Magnitude.LARGE : Magnitude.SMALL;
      sized.add(
          new Thing(
              item.kind(),
              item.colour(),
              magnitude,
              0,
              0,
              magnitude.extent(chance),
              chance.happens(.5),
              chance.between(.92, 1.04)));
    }
    // The large ones first: what lies in or upon another has to come after it.
    List<Thing> order = chance.shuffled(sized);
    order.sort(Collections.reverseOrder((a, b) -> a.magnitude().compareTo(b.magnitude())));
    Arrangement arrangement = new Arrangement(chance);
    for (Thing thing : order) {
      if (!arrangement.add(thing)) {
        break;
      }
    }
    return arrangement.things();
  }
}

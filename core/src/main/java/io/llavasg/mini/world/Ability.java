package io.llavasg.mini.world;

import java.util.List;

/** What some kinds can do or are good for: common sense that a picture does not show. */
public enum Ability {
  FLY("can fly", Kind.BIRD, Kind.BUTTERFLY, Kind.PLANE),
  EAT("can be eaten", Kind.APPLE, Kind.CARROT, Kind.MUSHROOM),
  TIME("shows the time", Kind.CLOCK),
  READ("can be read", Kind.BOOK),
  DOOR("opens a door", Kind.KEY),
  RAIN("keeps rain away", Kind.UMBRELLA),
  DRINK("holds a drink", Kind.CUP),
  HEAD("is worn on a head", Kind.HAT),
  RING("can be rung", Kind.BELL),
  SAIL("can sail", Kind.BOAT),
  WATER("lives in water", Kind.FISH),
  BARK("can bark", Kind.DOG),
  MICE("hunts mice", Kind.CAT),
  HOP("can hop", Kind.RABBIT),
  ROAD("drives on a road", Kind.CAR),
  NIGHT("shines at night", Kind.MOON),
  DAY("shines by day", Kind.SUN),
  THREE("has three sides", Kind.TRIANGLE),
  SIX("has six sides", Kind.HEXAGON);

  private final String phrase;
  private final List<Kind> kinds;

  Ability(String phrase, Kind... kinds) {
    this.phrase = phrase;
    this.kinds = List.of(kinds);
  }

  /** Kinds of which one might argue: never offered as a wrong answer, nor denied. */
  public List<Kind> doubtful() {
    return switch (this) {
      case FLY -> List.of(Kind.LEAF, Kind.CLOUD, Kind.BALL);
      case EAT -> List.of(Kind.FISH, Kind.RABBIT, Kind.BIRD, Kind.LEAF, Kind.FLOWER, Kind.TREE);
      case RAIN -> List.of(Kind.HOUSE, Kind.HAT, Kind.CAR, Kind.TREE);
      case RING -> List.of(Kind.CLOCK);
      case NIGHT -> List.of(Kind.STAR);
      case DAY -> List.of(Kind.STAR, Kind.MOON);
      case HOP -> List.of(Kind.BIRD);
      case MICE -> List.of(Kind.DOG, Kind.BIRD);
      case BARK -> List.of(Kind.TREE);
      default -> List.of();
    };
  }

  /** What a thing does, such as {@code can fly}. */
  public String phrase() {
    return phrase;
  }

  /** Those that do it. */
  public List<Kind> kinds() {
    return kinds;
  }
}

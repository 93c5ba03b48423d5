package io.llavasg.mini.world;

import io.llavasg.graph.Box;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds places for things one after the other: free, beside another, inside one, on one, or partly
 * in front of one. A thing touches no other but the one it was placed by.
 */
final class Arrangement {
  private static final int TRIES = 60;

  /** Of the picture's edge. */
  private static final double MARGIN = .02;

  /** Between things that have nothing to do with each other. */
  private static final double SPACE = .03;

  private final Chance chance;
  private final List<Thing> things = new ArrayList<>();

  /** Those that something lies in, on or in front of already, and those that do so. */
  private final Set<Integer> taken = new HashSet<>();

  /** A place, and the thing that it touches; −1: none. */
  private record Place(double x, double y, int host) {}

  Arrangement(Chance chance) {
    this.chance = chance;
  }

  List<Thing> things() {
    return things;
  }

  /** Adds a thing in front of all others; false if there is no room. */
  boolean add(Thing thing) {
    for (int i = 0; i < TRIES; i++) {
      Place place = drawn(thing);
      Thing placed = thing.at(place.x, place.y);
      if (fits(placed, place.host)) {
        if (place.host >= 0) {
          taken.add(place.host);
          taken.add(things.size());
        }
        things.add(placed);
        return true;
      }
    }
    return false;
  }

  private Place drawn(Thing thing) {
    if (!things.isEmpty()) {
      int other = chance.below(things.size());
      int way = chance.weighted(5, 5, 3, 4, 7);
      Thing host = things.get(other);
      boolean small = thing.magnitude() == Magnitude.SMALL;
      boolean free = !taken.contains(other) && host.magnitude() == Magnitude.LARGE;
      if (way == 0 && free && small && host.kind().isContainer()) {
        return inside(thing, host, other);
      }
      if (way == 1 && free && host.kind().isSupport()) {
        return on(thing, host, other);
      }
      if (way == 2 && !taken.contains(other)) {
        return before(thing, host, other);
      }
      if (way == 3) {
        return beside(thing, host);
      }
    }
    Box box = thing.box();
    return new Place(
        chance.between(MARGIN + box.width() / 2, 1 - MARGIN - box.width() / 2),
        chance.between(MARGIN + box.height() / 2, 1 - MARGIN - box.height() / 2),
        -1);
  }

  private Place inside(Thing thing, Thing host, int index) {
    Box box = thing.box();
    // The square within a circle has a side of .7 diameters, that within a hexagon's height .6.
    double room = host.extent() * (host.kind() == Kind.SQUARE ? .9 : .6);
    double x = Math.max(0, room - box.width()) / 2;
    double y = Math.max(0, room - box.height()) / 2;
    return new Place(host.x() + chance.between(-x, x), host.y() + chance.between(-y, y), index);
  }

  private Place on(Thing thing, Thing host, int index) {
    Box box = host.box();
    double room = .35 * box.width();
    return new Place(
        host.x() + chance.between(-room, room), box.y0() - thing.box().height() / 2, index);
  }

  private Place before(Thing thing, Thing host, int index) {
    Box a = thing.box();
    Box b = host.box();
    double x = (a.width() + b.width()) / 2 * chance.between(.4, .9);
    double y = (a.height() + b.height()) / 2 * chance.between(.3, .8);
    return new Place(
        host.x() + (chance.happens(.5) ? x : -x), host.y() + (chance.happens(.5) ? y : -y), index);
  }

  private Place beside(Thing thing, Thing host) {
    Box a = thing.box();
    Box b = host.box();
    double x = (a.width() + b.width()) / 2 + chance.between(SPACE, .06);
    double y = (a.height() + b.height()) / 2 + chance.between(SPACE, .06);
    double slide = chance.between(-1, 1);
    boolean sideways = chance.happens(.5);
    double dx = sideways ? (chance.happens(.5) ? x : -x) : slide * x;
    double dy = sideways ? slide * y : (chance.happens(.5) ? y : -y);
    return new Place(host.x() + dx, host.y() + dy, -1);
  }

  private boolean fits(Thing thing, int host) {
    Box box = thing.box();
    if (box.x0() < MARGIN || box.y0() < MARGIN || box.x1() > 1 - MARGIN || box.y1() > 1 - MARGIN) {
      return false;
    }
    for (int i = 0; i < things.size(); i++) {
      if (i != host && SceneGeometry.gap(things.get(i).box(), box) < SPACE) {
        return false;
      }
    }
    return host < 0 || joins(thing, host);
  }

  /** Whether the thing and its host are clearly one of inside, on and behind. */
  private boolean joins(Thing thing, int host) {
    SceneGeometry two = SceneGeometry.of(List.of(things.get(host), thing));
    return two.visible(0) >= SceneGenerator.LEAST_VISIBLE
        && (two.verdict(Relation.INSIDE, 1, 0) == Verdict.HOLDS
            || two.verdict(Relation.ON, 1, 0) == Verdict.HOLDS
            || two.verdict(Relation.BEHIND, 0, 1) == Verdict.HOLDS);
  }
}

package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Square;
import io.llavasg.mini.world.Thing;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PlaceTest {
  /** Things of one fine place are less than a ninth of the side apart. */
  @Test
  void finePlacesAreNinthsOfASide() {
    Map<String, double[]> first = new HashMap<>();
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    for (int seed = 0; seed < 400; seed++) {
      Scene scene = generator.scene(seed);
      for (Thing thing : scene.things()) {
        double[] at = {thing.x(), thing.y()};
        double[] other = first.computeIfAbsent(fine(thing), place -> at);
        assertThat(Math.abs(at[0] - other[0])).isLessThan(1 / 9.0 + 1e-9);
        assertThat(Math.abs(at[1] - other[1])).isLessThan(1 / 9.0 + 1e-9);
      }
    }
    assertThat(first).hasSizeBetween(60, 81);
  }

  /** Of the square that the thing is most in. */
  private static String fine(Thing thing) {
    return Square.around(thing).stream()
        .max(Comparator.comparingDouble(Square.Part::share))
        .map(part -> Place.fine(part.square()))
        .orElseThrow();
  }

  /** The mean of the squares' centres is the thing's own, but for what lies beyond the last. */
  @Test
  void squaresTogetherTellAPlaceExactly() {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    for (int seed = 0; seed < 100; seed++) {
      for (Thing thing : generator.scene(seed).things()) {
        double x = 0;
        double y = 0;
        double all = 0;
        for (Square.Part part : Square.around(thing)) {
          x += part.share() * (part.square().column() + .5) / Square.COUNT;
          y += part.share() * (part.square().row() + .5) / Square.COUNT;
          all += part.share();
        }
        assertThat(all).isCloseTo(1, Offset.offset(1e-9));
        assertThat(x).isCloseTo(Math.clamp(thing.x(), .5 / 9, 8.5 / 9), Offset.offset(1e-9));
        assertThat(y).isCloseTo(Math.clamp(thing.y(), .5 / 9, 8.5 / 9), Offset.offset(1e-9));
      }
    }
  }

  /** A fifth of the way to the right and three quarters down. */
  @Test
  void placesAreSaidAsTheyLie() {
    Thing some = new SceneGenerator(Split.TRAIN).scene(1).things().getFirst();
    Thing thing =
        new Thing(some.kind(), some.colour(), some.magnitude(), .2, .75, some.extent(), false, 1);
    assertThat(Place.coarse(thing)).isEqualTo("bottom left");
    assertThat(fine(thing)).isEqualTo("middle of left, top of bottom");
  }

  @Test
  void rowsComeBeforeColumns() {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    for (int seed = 0; seed < 100; seed++) {
      for (Thing thing : generator.scene(seed).things()) {
        String place = Place.coarse(thing);
        assertThat(place.startsWith("top")).isEqualTo(thing.y() < 1 / 3.0);
        assertThat(place.endsWith("right")).isEqualTo(thing.x() >= 2 / 3.0);
        assertThat(fine(thing)).contains(" of " + place.split(" ")[1] + ", ");
      }
    }
  }
}

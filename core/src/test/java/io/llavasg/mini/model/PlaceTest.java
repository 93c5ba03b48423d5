package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import java.util.HashMap;
import java.util.Map;
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
        double[] other = first.computeIfAbsent(Place.fine(thing), place -> at);
        assertThat(Math.abs(at[0] - other[0])).isLessThan(1 / 9.0 + 1e-9);
        assertThat(Math.abs(at[1] - other[1])).isLessThan(1 / 9.0 + 1e-9);
      }
    }
    assertThat(first).hasSizeBetween(60, 81);
  }

  /** A fifth of the way to the right and three quarters down. */
  @Test
  void placesAreSaidAsTheyLie() {
    Thing some = new SceneGenerator(Split.TRAIN).scene(1).things().getFirst();
    Thing thing =
        new Thing(some.kind(), some.colour(), some.magnitude(), .2, .75, some.extent(), false, 1);
    assertThat(Place.coarse(thing)).isEqualTo("bottom left");
    assertThat(Place.fine(thing)).isEqualTo("middle of left, top of bottom");
  }

  @Test
  void rowsComeBeforeColumns() {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    for (int seed = 0; seed < 100; seed++) {
      for (Thing thing : generator.scene(seed).things()) {
        String place = Place.coarse(thing);
        assertThat(place.startsWith("top")).isEqualTo(thing.y() < 1 / 3.0);
        assertThat(place.endsWith("right")).isEqualTo(thing.x() >= 2 / 3.0);
        assertThat(Place.fine(thing)).contains(" of " + place.split(" ")[1] + ", ");
      }
    }
  }
}

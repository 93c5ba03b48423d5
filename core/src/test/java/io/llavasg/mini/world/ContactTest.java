package io.llavasg.mini.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContactTest {
  private static final Background GROUND = new SceneGenerator(Split.TRAIN).scene(1).background();

  private static Thing square(Kind kind, double x, double y, double extent) {
    return new Thing(kind, Colour.RED, Magnitude.SMALL, x, y, extent, false, 1);
  }

  private static List<Contact> of(Thing... things) {
    return Contact.of(new Scene(1, GROUND, List.of(things)));
  }

  @Test
  void aThingIsInsideAnother() {
    Thing outer = square(Kind.SQUARE, .5, .5, .36);
    assertThat(of(outer, square(Kind.SQUARE, .5, .5, .18)))
        .containsExactly(Contact.NONE, Contact.INSIDE);
  }

  @Test
  void aThingIsOnAnother() {
    assertThat(of(square(Kind.SQUARE, .5, .5, .2), square(Kind.SQUARE, .5, .3, .2)))
        .containsExactly(Contact.NONE, Contact.ON);
  }

  @Test
  void aThingIsBehindAnother() {
    assertThat(of(square(Kind.SQUARE, .5, .5, .2), square(Kind.SQUARE, .4, .4, .2)))
        .containsExactly(Contact.BEHIND, Contact.NONE);
  }

  @Test
  void whatTouchesNothingHasNone() {
    assertThat(of(square(Kind.SQUARE, .2, .2, .2), square(Kind.SQUARE, .7, .4, .2)))
        .containsExactly(Contact.NONE, Contact.NONE);
  }

  /** All of them are learnt from what scenes are like. */
  @Test
  void scenesHaveAllOfThem() {
    Set<Contact> seen = EnumSet.noneOf(Contact.class);
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    for (int seed = 0; seed < 50; seed++) {
      seen.addAll(Contact.of(generator.scene(seed)));
    }
    assertThat(seen).containsExactlyInAnyOrder(Contact.values());
  }
}

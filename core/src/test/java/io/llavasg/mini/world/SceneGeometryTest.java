package io.llavasg.mini.world;

import static io.llavasg.mini.world.Relation.ABOVE;
import static io.llavasg.mini.world.Relation.BEHIND;
import static io.llavasg.mini.world.Relation.BELOW;
import static io.llavasg.mini.world.Relation.INSIDE;
import static io.llavasg.mini.world.Relation.LARGER;
import static io.llavasg.mini.world.Relation.LEFT_OF;
import static io.llavasg.mini.world.Relation.NEAR;
import static io.llavasg.mini.world.Relation.ON;
import static io.llavasg.mini.world.Relation.RIGHT_OF;
import static io.llavasg.mini.world.Relation.SMALLER;
import static io.llavasg.mini.world.Verdict.FAILS;
import static io.llavasg.mini.world.Verdict.HOLDS;
import static io.llavasg.mini.world.Verdict.UNCLEAR;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenes made by hand; squares, since their boxes are themselves. */
class SceneGeometryTest {

  private static Thing square(double x, double y, double extent) {
    return thing(Kind.SQUARE, x, y, extent);
  }

  private static Thing thing(Kind kind, double x, double y, double extent) {
    return new Thing(kind, Colour.RED, Magnitude.SMALL, x, y, extent, false, 1);
  }

  private static SceneGeometry of(Thing... things) {
    return SceneGeometry.of(List.of(things));
  }

  @ParameterizedTest
  @CsvSource({
    // dx and dy of the second square; both have a side of 0.1 and are centred on (0.5, 0.5).
    "0.3, 0, HOLDS, FAILS, FAILS, FAILS",
    "-0.3, 0, FAILS, HOLDS, FAILS, FAILS",
    "0, 0.3, FAILS, FAILS, HOLDS, FAILS",
    "0, -0.3, FAILS, FAILS, FAILS, HOLDS",
    "0.3, 0.14, HOLDS, FAILS, UNCLEAR, FAILS",
    "0.3, 0.16, UNCLEAR, FAILS, UNCLEAR, FAILS",
    "0.11, 0, UNCLEAR, FAILS, FAILS, FAILS",
    "0.05, 0, UNCLEAR, UNCLEAR, UNCLEAR, UNCLEAR"
  })
  void directions(double dx, double dy, Verdict left, Verdict right, Verdict above, Verdict below) {
    SceneGeometry two = of(square(.5, .5, .1), square(.5 + dx, .5 + dy, .1));
    assertThat(two.verdict(LEFT_OF, 0, 1)).isEqualTo(left);
    assertThat(two.verdict(RIGHT_OF, 0, 1)).isEqualTo(right);
    assertThat(two.verdict(ABOVE, 0, 1)).isEqualTo(above);
    assertThat(two.verdict(BELOW, 0, 1)).isEqualTo(below);
    // The converse holds of the turned pair.
    assertThat(two.verdict(RIGHT_OF, 1, 0) == HOLDS).isEqualTo(left == HOLDS);
    assertThat(two.verdict(ABOVE, 1, 0) == HOLDS).isEqualTo(below == HOLDS);
  }

  @Test
  void insideNeedsAllOfItAndToLieInFront() {
    SceneGeometry inside = of(square(.5, .5, .4), square(.45, .55, .18));
    assertThat(inside.verdict(INSIDE, 1, 0)).isEqualTo(HOLDS);
    assertThat(inside.placement(1, 0)).contains(INSIDE);
    assertThat(inside.verdict(INSIDE, 0, 1)).isEqualTo(UNCLEAR);
    assertThat(inside.verdict(BEHIND, 0, 1)).isEqualTo(UNCLEAR);
    assertThat(inside.placement(0, 1)).isEmpty();

    SceneGeometry out = of(square(.3, .3, .2), square(.7, .7, .2));
    assertThat(out.verdict(INSIDE, 1, 0)).isEqualTo(FAILS);
    SceneGeometry across = of(square(.5, .5, .4), square(.7, .5, .18));
    assertThat(across.verdict(INSIDE, 1, 0)).isEqualTo(UNCLEAR);
  }

  @Test
  void onNeedsAFlatTopAndContact() {
    Thing cat = thing(Kind.CAT, .5, .3, .2);
    double bottom = cat.box().y1();
    Thing table = thing(Kind.TABLE, .55, 0, .4);
    double half = table.box().height() / 2;
    SceneGeometry on = of(table.at(.55, bottom + half), cat);
    assertThat(on.verdict(ON, 1, 0)).isEqualTo(HOLDS);
    assertThat(on.placement(1, 0)).contains(ON);
    assertThat(on.verdict(ON, 0, 1)).isEqualTo(UNCLEAR);
    assertThat(on.placement(0, 1)).contains(BELOW);
    assertThat(of(table.at(.55, bottom + half + .04), cat).verdict(ON, 1, 0)).isEqualTo(UNCLEAR);
    assertThat(of(table.at(.55, bottom + half + .06), cat).verdict(ON, 1, 0)).isEqualTo(FAILS);

    Thing cloud = thing(Kind.CLOUD, .5, 0, .4);
    Thing below = cloud.at(.5, bottom + cloud.box().height() / 2);
    assertThat(of(below, cat).verdict(ON, 1, 0)).isEqualTo(UNCLEAR);
  }

  @Test
  void behindNeedsAVisibleOverlap() {
    SceneGeometry overlap = of(square(.4, .4, .3), square(.55, .5, .3));
    assertThat(overlap.verdict(BEHIND, 0, 1)).isEqualTo(HOLDS);
    assertThat(overlap.verdict(BEHIND, 1, 0)).isEqualTo(FAILS);
    assertThat(overlap.placement(0, 1)).contains(BEHIND);
    // The front one covers 0.15 × 0.2 of 0.3 × 0.3.
    assertThat(overlap.visible(0)).isBetween(.65, .69);
    assertThat(overlap.visible(1)).isEqualTo(1);

    SceneGeometry grazed = of(square(.4, .4, .3), square(.69, .4, .3));
    assertThat(grazed.verdict(BEHIND, 0, 1)).isEqualTo(UNCLEAR);
    SceneGeometry apart = of(square(.2, .4, .2), square(.7, .4, .2));
    assertThat(apart.verdict(BEHIND, 0, 1)).isEqualTo(FAILS);
  }

  @Test
  void nearIsAPlacementOfDiagonalPairsAlone() {
    SceneGeometry diagonal = of(square(.4, .4, .2), square(.63, .64, .2));
    assertThat(diagonal.verdict(NEAR, 0, 1)).isEqualTo(HOLDS);
    assertThat(diagonal.placement(0, 1)).contains(NEAR);
    SceneGeometry beside = of(square(.4, .4, .2), square(.65, .42, .2));
    assertThat(beside.verdict(NEAR, 0, 1)).isEqualTo(HOLDS);
    assertThat(beside.placement(0, 1)).contains(LEFT_OF);
    SceneGeometry slanted = of(square(.4, .4, .2), square(.65, .53, .2));
    assertThat(slanted.placement(0, 1)).isEmpty();
    assertThat(of(square(.2, .2, .1), square(.4, .4, .1)).verdict(NEAR, 0, 1)).isEqualTo(UNCLEAR);
    assertThat(of(square(.1, .2, .1), square(.46, .2, .1)).verdict(NEAR, 0, 1)).isEqualTo(FAILS);
  }

  @Test
  void sizesCompareByTheLongerSide() {
    SceneGeometry two = of(square(.3, .3, .28), square(.7, .7, .2));
    assertThat(two.verdict(LARGER, 0, 1)).isEqualTo(HOLDS);
    assertThat(two.verdict(SMALLER, 0, 1)).isEqualTo(FAILS);
    assertThat(two.comparison(1, 0)).contains(SMALLER);
    SceneGeometry alike = of(square(.3, .3, .27), square(.7, .7, .2));
    assertThat(alike.verdict(LARGER, 0, 1)).isEqualTo(UNCLEAR);
    assertThat(alike.comparison(0, 1)).isEmpty();
  }

  /** Whatever is small is clearly smaller than whatever is large. */
  @Test
  void magnitudesAreApart() {
    Chance chance = Chance.of(1);
    for (int i = 0; i < 1000; i++) {
      assertThat(Magnitude.LARGE.extent(chance))
          .isGreaterThanOrEqualTo(SceneGeometry.LARGER * Magnitude.SMALL.extent(chance));
    }
  }
}

package io.llavasg.mini.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.graph.Box;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.mini.world.Contact;
import io.llavasg.mini.world.Kind;
import io.llavasg.perception.Detection;
import io.llavasg.text.Tokenizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What trained stages are measured and tuned by, and the detector's words. */
class MeasuresTest {

  @Test
  void aThresholdLiesInTheGapThatPartsMost() {
    assertThat(Thresholds.best(Map.of(.1, -3, .2, -1, .6, 2, .9, 4))).isCloseTo(.4, within(1e-9));
  }

  @Test
  void aThresholdAcceptsTheFewestErrors() {
    // Above .3: the false one at .7 and none missed; above .7: three missed.
    assertThat(Thresholds.best(Map.of(.3, -5, .5, 3, .7, -1, .8, 2))).isCloseTo(.4, within(1e-9));
  }

  @Test
  void whereNothingIsToBeBelowTheThresholdIsBelowAll() {
    assertThat(Thresholds.best(Map.of(.4, 1, .8, 2))).isCloseTo(.2, within(1e-9));
  }

  @Test
  void whereNothingIsToBeAboveTheThresholdIsAboveAll() {
    assertThat(Thresholds.best(Map.of(.4, -1, .8, -2))).isCloseTo(.9, within(1e-9));
  }

  @Test
  void aThingIsFoundOnceByItsLabelAndBox() {
    DetectionCount count = new DetectionCount();
    List<Boolean> seen =
        count.add(
            List.of(
                new Detection("dog", .9, new Box(0, 0, 10, 10)),
                new Detection("dog", .8, new Box(0, 0, 10, 9)),
                new Detection("cat", .7, new Box(20, 20, 30, 30)),
                new Detection("sun", .6, new Box(0, 40, 10, 45))),
            List.of(
                entity("dog", new Box(0, 0, 10, 10)),
                entity("sun", new Box(0, 40, 10, 50)),
                entity("cat", new Box(50, 50, 60, 60))));
    assertThat(seen).containsExactly(true, true, false);
    assertThat(count.precision()).isCloseTo(2 / 4.0, within(1e-9));
  }

  @Test
  void meansAreOfAllAndOfThoseThatTouch() {
    ContactMeans means = new ContactMeans();
    means.add(Contact.NONE, 1);
    means.add(Contact.INSIDE, .5);
    means.add(Contact.INSIDE, 0);
    Map<String, Double> figures = new HashMap<>();
    means.into(figures, "recall");
    assertThat(figures).isEqualTo(Map.of("recall", .5, "recall, inside", .25));
  }

  private static Entity entity(String label, Box box) {
    return new Entity(label, 1, Optional.of(box), Mask.ofCounts(64, 64, 64 * 64));
  }

  @Test
  void everyKindIsOneTokenAndPhrasesEndWhereGroundingDinoExpectsIt() {
    try (Tokenizer tokenizer =
        Tokenizer.of(WorldVocabulary.of(Kind.ALL).toTokenizerJson(), "test")) {
      assertThat(tokenizer.cls()).isEqualTo(101);
      assertThat(tokenizer.sep()).isEqualTo(102);
      assertThat(tokenizer.encode("dog.")).hasSize(2).contains(1012);
      for (Kind kind : Kind.ALL) {
        assertThat(tokenizer.encode(kind.word()))
            .as(kind.word())
            .containsExactly(1030 + Kind.ALL.indexOf(kind));
      }
      assertThat(tokenizer.encode("aardvark")).containsExactly(100);
    }
  }
}

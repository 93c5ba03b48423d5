package io.llavasg.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Intervals and tests against scipy. */
class StatisticsTest {
  private static final JsonNode GOLDEN = Golden.cases("statistics");

  @Test
  void signTestAgrees() {
    for (JsonNode split : GOLDEN.path("sign")) {
      int better = split.path("better").intValue();
      int worse = split.path("worse").intValue();
      double[] first = new double[better + worse + 7]; // Seven items are equal.
      double[] second = new double[first.length];
      Arrays.fill(first, 0, better, 1);
      Arrays.fill(second, better, better + worse, 1);
      PairedTest test = PairedTest.of(first, second, new Bootstrap(10, .95, 0));

      assertThat(test.better()).isEqualTo(better);
      assertThat(test.worse()).isEqualTo(worse);
      assertThat(test.difference().estimate())
          .isCloseTo((better - worse) / (double) first.length, Golden.EXACTLY);
      assertThat(test.pValue()).isCloseTo(split.path("p").doubleValue(), Golden.EXACTLY);
    }
  }

  @Test
  void studentIntervalAgrees() {
    for (JsonNode values : GOLDEN.path("student")) {
      Interval interval = StudentInterval.of(Golden.array(values.path("values")), .95);
      assertThat(interval.estimate()).isCloseTo(values.path("mean").doubleValue(), Golden.EXACTLY);
      assertThat(interval.low()).isCloseTo(values.path("low").doubleValue(), Golden.EXACTLY);
      assertThat(interval.high()).isCloseTo(values.path("high").doubleValue(), Golden.EXACTLY);
    }
  }

  /**
   * Other random numbers give other resamples. An end of the interval is a quantile of their means;
   * with 20,000 of them its standard error is some 2 % of the interval's half width, and five of
   * those are allowed.
   */
  @Test
  void bootstrapAgreesUpToChance() {
    for (JsonNode sample : GOLDEN.path("bootstrap")) {
      Interval interval = new Bootstrap(20_000, .95, 1).mean(Golden.array(sample.path("scores")));
      double low = sample.path("low").doubleValue();
      double high = sample.path("high").doubleValue();
      double chance = .1 * (high - low) / 2;
      assertThat(interval.estimate()).isCloseTo(sample.path("mean").doubleValue(), Golden.EXACTLY);
      assertThat(interval.low()).isCloseTo(low, within(chance));
      assertThat(interval.high()).isCloseTo(high, within(chance));
    }
  }

  @Test
  void bootstrapIsRepeatable() {
    double[] scores = {0, 1, 1, 0, .3, 1};
    assertThat(Bootstrap.DEFAULT.mean(scores)).isEqualTo(Bootstrap.DEFAULT.mean(scores));
    assertThat(Bootstrap.DEFAULT.mean(new double[0])).isEqualTo(new Interval(0, 0, 0, .95));
  }

  /** Six copies of every item say no more than the items themselves do. */
  @Test
  void copiesInAClusterNarrowNoInterval() {
    double[] scores = {0, 1, 1, 0, .3, 1, 1, 0, 0, 1};
    double[] copies = new double[6 * scores.length];
    List<String> scenes = new ArrayList<>();
    for (int i = 0; i < copies.length; i++) {
      copies[i] = scores[i / 6];
      scenes.add("scene " + i / 6);
    }
    Interval once = Bootstrap.DEFAULT.mean(scores);
    Interval sixfold = Bootstrap.DEFAULT.mean(copies, Clusters.of(scenes));
    assertThat(sixfold.low()).isCloseTo(once.low(), Golden.EXACTLY);
    assertThat(sixfold.high()).isCloseTo(once.high(), Golden.EXACTLY);
    Interval apart = Bootstrap.DEFAULT.mean(copies);
    assertThat(apart.high() - apart.low()).isLessThan((once.high() - once.low()) / 2);
  }

  /**
   * With copies the permutation test counts the same coins as the exact sign test, whose values are
   * scipy's. Of 9,999 draws a share of p has a standard error of .005 at most.
   */
  @Test
  void permutationTestOfCopiesAgreesWithTheSignTest() {
    for (JsonNode split : GOLDEN.path("sign")) {
      int better = split.path("better").intValue();
      int worse = split.path("worse").intValue();
      double[] first = new double[3 * (better + worse + 7)];
      double[] second = new double[first.length];
      Arrays.fill(first, 0, 3 * better, 1);
      Arrays.fill(second, 3 * better, 3 * (better + worse), 1);
      List<String> scenes =
          IntStream.range(0, first.length).mapToObj(i -> "scene " + i / 3).toList();
      PairedTest test = PairedTest.of(first, second, Clusters.of(scenes), Bootstrap.DEFAULT);
      assertThat(test.pValue()).isCloseTo(split.path("p").doubleValue(), within(.025));
      assertThat(test.better()).isEqualTo(3 * better);
    }
  }

  /** Sums 2, 1, 1 of three clusters: of eight ways to choose the signs, two reach 4. */
  @Test
  void permutationTestDrawsWholeClusters() {
    PairedTest test =
        PairedTest.of(
            new double[] {1, 1, 1, 1},
            new double[4],
            Clusters.of(List.of("a", "a", "b", "c")),
            Bootstrap.DEFAULT);
    assertThat(test.pValue()).isCloseTo(2 / 8.0, within(.025));
  }

  @Test
  void intervalTellsOfZero() {
    assertThat(new Interval(1, .1, 2, .95).excludesZero()).isTrue();
    assertThat(new Interval(-1, -2, -.1, .95).excludesZero()).isTrue();
    assertThat(new Interval(1, -.1, 2, .95).excludesZero()).isFalse();
  }

  @Test
  void unequalOrTooFewScoresAreNamed() {
    assertThatThrownBy(() -> PairedTest.of(new double[3], new double[2], Bootstrap.DEFAULT))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("3 and of 2 items");
    assertThatThrownBy(() -> StudentInterval.of(new double[] {1}, .95))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("two values at least");
    assertThatThrownBy(() -> new Bootstrap(0, .95, 0)).isInstanceOf(LlavaSgException.class);
  }
}

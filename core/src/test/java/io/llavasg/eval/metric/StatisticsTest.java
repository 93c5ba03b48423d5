package io.llavasg.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.util.Arrays;
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

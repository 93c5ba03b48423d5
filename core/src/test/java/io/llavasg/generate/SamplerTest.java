package io.llavasg.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {
  private static final int DRAWS = 40_000;

  /** Logits of probabilities .5, .3, .15 and .05, in another order and off by a constant. */
  private static final float[] LOGITS = {
    (float) (7 + Math.log(.15)),
    (float) (7 + Math.log(.5)),
    (float) (7 + Math.log(.05)),
    (float) (7 + Math.log(.3))
  };

  private static double[] frequencies(double temperature, double topP) {
    Sampler sampler = new Sampler(new GenerationConfig(1, temperature, topP, 3));
    double[] counts = new double[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.next(LOGITS)]++;
    }
    return DoubleStream.of(counts).map(count -> count / DRAWS).toArray();
  }

  private static void assertFrequencies(double[] drawn, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      // Five standard deviations of a share of so many draws; what cannot be drawn never is.
      double deviation = Math.sqrt(expected[i] * (1 - expected[i]) / DRAWS);
      assertThat(drawn[i]).isCloseTo(expected[i], within(5 * deviation));
    }
  }

  @Test
  void drawsByProbability() {
    assertFrequencies(frequencies(1, 1), .15, .5, .05, .3);
  }

  /** p^(1/T), made to sum to one. */
  @ParameterizedTest
  @CsvSource({".5", "2"})
  void temperatureIsAnExponent(double temperature) {
    double[] powers =
        DoubleStream.of(.15, .5, .05, .3).map(p -> Math.pow(p, 1 / temperature)).toArray();
    double sum = DoubleStream.of(powers).sum();
    assertFrequencies(
        frequencies(temperature, 1), DoubleStream.of(powers).map(p -> p / sum).toArray());
  }

  /** The fewest of the likeliest that together reach top-p. */
  @ParameterizedTest
  @CsvSource({
    ".45, 0, 1, 0, 0",
    ".55, 0, .625, 0, .375",
    ".75, 0, .625, 0, .375",
    ".9, .157895, .526316, 0, .315789",
    ".97, .15, .5, .05, .3"
  })
  void theNucleusReachesTopP(double topP, double a, double b, double c, double d) {
    assertFrequencies(frequencies(1, topP), a, b, c, d);
  }

  @Test
  void noTemperatureIsGreedy() {
    assertFrequencies(frequencies(0, 1), 0, 1, 0, 0);
  }
}

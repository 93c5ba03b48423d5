package io.llavasg.generate;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws tokens for one answer: the same seed and logits give the same tokens on any device. */
final class Sampler {
  private final GenerationConfig config;
  private final SplittableRandom random;

  Sampler(GenerationConfig config) {
    this.config = config;
    this.random = new SplittableRandom(config.seed());
  }

  boolean isGreedy() {
    return config.isGreedy();
  }

  /** Picks a token by its logits: the best one, or one drawn with temperature and top-p. */
  int next(float[] logits) {
    if (config.isGreedy()) {
      return best(logits);
    }
    double[] probabilities = softmax(logits);
    return config.topP() < 1 ? drawNucleus(probabilities) : draw(probabilities);
  }

  static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private double[] softmax(float[] logits) {
    double max = logits[best(logits)];
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp((logits[i] - max) / config.temperature());
      sum += probabilities[i];
    }
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  private int draw(double[] probabilities) {
    double left = random.nextDouble();
    int last = 0;
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] > 0) {
        last = i;
        left -= probabilities[i];
        if (left < 0) {
          return i;
        }
      }
    }
    return last;
  }

  /** Draws from the most probable tokens that together reach top-p (Holtzman et al., 2020). */
  private int drawNucleus(double[] probabilities) {
    double[] sorted = probabilities.clone();
    Arrays.sort(sorted);
    double mass = 0;
    int at = sorted.length;
    while (at > 0 && mass < config.topP()) {
      mass += sorted[--at];
    }
    double least = sorted[at];
    double[] nucleus = new double[probabilities.length];
    double sum = 0;
    for (int i = 0; i < nucleus.length; i++) {
      nucleus[i] = probabilities[i] >= least ? probabilities[i] : 0;
      sum += nucleus[i];
    }
    for (int i = 0; i < nucleus.length; i++) {
      nucleus[i] /= sum;
    }
    return draw(nucleus);
  }
}

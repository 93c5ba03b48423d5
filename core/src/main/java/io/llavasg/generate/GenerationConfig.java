package io.llavasg.generate;

import io.llavasg.LlavaSgException;

/**
 * How tokens are chosen and when to stop.
 *
 * @param maxNewTokens most tokens of an answer
 * @param temperature 0 for greedy decoding, else what logits are divided by
 * @param topP tokens are drawn from the smallest set whose probabilities add up to it
 * @param seed of the random numbers of one answer
 */
public record GenerationConfig(int maxNewTokens, double temperature, double topP, long seed) {

  /** Greedy, 128 new tokens. */
  public static final GenerationConfig GREEDY = new GenerationConfig(128, 0, 1, 0);

  /** LLaVA's settings for a chat: temperature 0.2, 512 new tokens. */
  public static final GenerationConfig CHAT = new GenerationConfig(512, 0.2, 1, 0);

  public GenerationConfig {
    if (maxNewTokens < 1) {
      throw LlavaSgException.user("max-new-tokens is %d, but has to be positive", maxNewTokens);
    }
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw LlavaSgException.user("temperature is %s, but has to be 0 or more", temperature);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw LlavaSgException.user("top-p is %s, but has to be above 0 and at most 1", topP);
    }
  }

  public boolean isGreedy() {
    return temperature == 0;
  }

  public GenerationConfig withMaxNewTokens(int count) {
    return new GenerationConfig(count, temperature, topP, seed);
  }
}

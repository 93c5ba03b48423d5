package io.llavasg.app;

import io.llavasg.generate.GenerationConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of how an answer is generated. */
final class GenerationOptions {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens of an answer (default: 128; chat: 512).")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 for the best token each time, more for variety (default: 0; chat: 0.2).")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the likeliest tokens that add up to P (default: 1).")
  private @Nullable Double topP;

  @Option(names = "--seed", paramLabel = "S", description = "Of the random numbers (default: 0).")
  private @Nullable Long seed;

  GenerationConfig over(GenerationConfig standard) {
    return new GenerationConfig(
        maxNewTokens == null ? standard.maxNewTokens() : maxNewTokens,
        temperature == null ? standard.temperature() : temperature,
        topP == null ? standard.topP() : topP,
        seed == null ? standard.seed() : seed);
  }
}

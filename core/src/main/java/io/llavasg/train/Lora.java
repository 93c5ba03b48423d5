package io.llavasg.train;

import io.llavasg.LlavaSgException;

/**
 * Low-rank adapters for the language model's linear layers (LoRA; Hu et al., 2022), in place of
 * their own weights.
 *
 * @param rank r
 * @param alpha α; an adapter's product is scaled by α / r
 * @param dropout of an adapter's input
 */
public record Lora(int rank, double alpha, double dropout) {

  /** The sizes that LLaVA-1.5 is published with. */
  public static final Lora DEFAULT = new Lora(128, 256, 0.05);

  public Lora {
    if (rank < 1 || !(alpha > 0)) {
      throw LlavaSgException.user(
          "lora: rank %d and alpha %s have to be positive", rank, Double.toString(alpha));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw LlavaSgException.user(
          "lora: dropout %s has to be from 0 to below 1", Double.toString(dropout));
    }
  }

  /** α / r. */
  public double scale() {
    return alpha / rank;
  }
}

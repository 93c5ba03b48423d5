package io.llavasg.model;

import io.llavasg.nn.Activation;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;

/** The two-layer projections into the language model's embedding space: W_v and W_g. */
public final class Projector {
  private Projector() {}

  /** {@code linear_2(act(linear_1(x)))}: (…, in) → (…, out). */
  public static Mlp of(Parameters parameters, int in, int out, Activation activation) {
    return new Mlp(
        Linear.of(parameters.in("linear_1"), in, out),
        activation,
        Linear.of(parameters.in("linear_2"), out, out));
  }
}

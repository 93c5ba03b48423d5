package io.llavasg.perception.swin;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** One pre-norm transformer block: (B · L, C) → (B · L, C). */
final class SwinBlock {
  private final LayerNorm before;
  private final WindowAttention attention;
  private final LayerNorm after;
  private final Mlp mlp;

  SwinBlock(Parameters parameters, SwinConfig config, int stage, Window window) {
    int size = config.channels(stage);
    int inner = config.intermediateSize(stage);
    before = LayerNorm.of(parameters.in("layernorm_before"), size, config.layerNormEps());
    attention =
        new WindowAttention(parameters.in("attention"), size, config.numHeads().get(stage), window);
    after = LayerNorm.of(parameters.in("layernorm_after"), size, config.layerNormEps());
    mlp =
        new Mlp(
            Linear.of(parameters.in("intermediate.dense"), size, inner),
            config.hiddenAct(),
            Linear.of(parameters.in("output.dense"), inner, size));
  }

  Tensor forward(Tensor places, WindowPartition partition, Tensor relativePositions) {
    try (var scope = Scope.open()) {
      Tensor normed = before.forward(places);
      Tensor attended = attention.forward(normed, partition, relativePositions).addInPlace(places);
      normed.free();
      return scope.keep(mlp.forward(after.forward(attended)).addInPlace(attended));
    }
  }
}

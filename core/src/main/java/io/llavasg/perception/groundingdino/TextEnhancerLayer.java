package io.llavasg.perception.groundingdino;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** A transformer layer over the tokens, each phrase on its own: (B, T, d) → (B, T, d). */
record TextEnhancerLayer(
    MultiheadAttention attention, LayerNorm attentionNorm, Mlp mlp, LayerNorm outputNorm) {

  static TextEnhancerLayer of(Parameters parameters, GroundingDinoConfig config) {
    int size = config.dModel();
    int inner = config.encoder().ffnDim() / 2;
    double eps = config.layerNormEps();
    return new TextEnhancerLayer(
        MultiheadAttention.of(parameters.in("self_attn"), size, config.encoder().heads() / 2),
        LayerNorm.of(parameters.in("layer_norm_before"), size, eps),
        new Mlp(
            Linear.of(parameters.in("fc1"), size, inner),
            config.activationFunction(),
            Linear.of(parameters.in("fc2"), inner, size)),
        LayerNorm.of(parameters.in("layer_norm_after"), size, eps));
  }

  /**
   * @param positions (T, d), added to queries and keys
   */
  Tensor forward(Tensor text, Tensor positions, Mask mask) {
    try (var scope = Scope.open()) {
      Tensor placed = text.add(positions);
      Tensor attended =
          attentionNorm.forward(text.add(attention.forward(placed, placed, text, mask)));
      return scope.keep(outputNorm.forward(attended.add(mlp.forward(attended))));
    }
  }
}

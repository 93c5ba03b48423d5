package io.llavasg.perception.groundingdino;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * A layer of the cross-modality decoder (Grounding DINO, section 3.4): queries attend to each
 * other, to the text, and to the image around their boxes.
 */
record DecoderLayer(
    MultiheadAttention self,
    LayerNorm selfNorm,
    MultiheadAttention text,
    LayerNorm textNorm,
    DeformableAttention image,
    LayerNorm imageNorm,
    Mlp mlp,
    LayerNorm outputNorm) {

  static DecoderLayer of(Parameters parameters, GroundingDinoConfig config) {
    int size = config.dModel();
    int heads = config.decoder().heads();
    int inner = config.decoder().ffnDim();
    double eps = config.layerNormEps();
    return new DecoderLayer(
        MultiheadAttention.of(parameters.in("self_attn"), size, heads),
        LayerNorm.of(parameters.in("self_attn_layer_norm"), size, eps),
        MultiheadAttention.of(parameters.in("encoder_attn_text"), size, heads),
        LayerNorm.of(parameters.in("encoder_attn_text_layer_norm"), size, eps),
        new DeformableAttention(parameters.in("encoder_attn"), config, config.decoder()),
        LayerNorm.of(parameters.in("encoder_attn_layer_norm"), size, eps),
        new Mlp(
            Linear.of(parameters.in("fc1"), size, inner),
            config.activationFunction(),
            Linear.of(parameters.in("fc2"), inner, size)),
        LayerNorm.of(parameters.in("final_layer_norm"), size, eps));
  }

  /**
   * @param queries (B, Q, d)
   * @param positions (B, Q, d), of the queries' boxes
   * @param boxes (B, Q, 4) of float32
   * @return (B, Q, d)
   */
  Tensor forward(
      Tensor queries, Tensor positions, Tensor boxes, FusionLayer.Pair encoded, Grid grid) {
    try (var scope = Scope.open()) {
      Tensor placed = queries.add(positions);
      Tensor hidden =
          selfNorm.forward(queries.add(self.forward(placed, placed, queries, Mask.NONE)));
      Tensor tokens = encoded.text();
      Tensor told = text.forward(hidden.add(positions), tokens, tokens, Mask.NONE);
      hidden = textNorm.forward(hidden.add(told));
      SamplingPoints points = SamplingPoints.within(boxes, grid);
      Tensor seen = image.forward(hidden.add(positions), encoded.image(), points, grid);
      hidden = imageNorm.forward(hidden.add(seen));
      return scope.keep(outputNorm.forward(hidden.add(mlp.forward(hidden))));
    }
  }
}

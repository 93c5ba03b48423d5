package io.llavasg.vision;

import io.llavasg.nn.Activation;
import io.llavasg.nn.Heads;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** One pre-norm transformer layer, of either of CLIP's halves: (B, N, hidden) → (B, N, hidden). */
final class ClipLayer {
  private final int heads;
  private final LayerNorm norm1;
  private final Linear queryProjection;
  private final Linear keyProjection;
  private final Linear valueProjection;
  private final Linear outProjection;
  private final LayerNorm norm2;
  private final Mlp mlp;

  /** A layer's shape. */
  record Shape(int size, int inner, int heads, double layerNormEps, Activation activation) {}

  ClipLayer(Parameters parameters, Shape shape) {
    int size = shape.size();
    int inner = shape.inner();
    heads = shape.heads();
    norm1 = LayerNorm.of(parameters.in("layer_norm1"), size, shape.layerNormEps());
    Parameters attention = parameters.in("self_attn");
    queryProjection = Linear.of(attention.in("q_proj"), size, size);
    keyProjection = Linear.of(attention.in("k_proj"), size, size);
    valueProjection = Linear.of(attention.in("v_proj"), size, size);
    outProjection = Linear.of(attention.in("out_proj"), size, size);
    norm2 = LayerNorm.of(parameters.in("layer_norm2"), size, shape.layerNormEps());
    mlp =
        new Mlp(
            Linear.of(parameters.in("mlp.fc1"), size, inner),
            shape.activation(),
            Linear.of(parameters.in("mlp.fc2"), inner, size));
  }

  Tensor forward(Tensor hidden, Mask mask) {
    try (var scope = Scope.open()) {
      Tensor attended = hidden.add(attention(norm1.forward(hidden), mask));
      return scope.keep(attended.add(mlp.forward(norm2.forward(attended))));
    }
  }

  private Tensor attention(Tensor input, Mask mask) {
    Tensor queries_BHND = Heads.split(queryProjection.forward(input), heads);
    Tensor keys_BHND = Heads.split(keyProjection.forward(input), heads);
    Tensor values_BHND = Heads.split(valueProjection.forward(input), heads);
    Tensor attended_BHND =
        Functional.scaledDotProductAttention(queries_BHND, keys_BHND, values_BHND, mask);
    return outProjection.forward(Heads.merge(attended_BHND));
  }
}

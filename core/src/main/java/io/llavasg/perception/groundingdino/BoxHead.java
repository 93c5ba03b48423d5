package io.llavasg.perception.groundingdino;

import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Linear layers with rectifiers between them, as DETR predicts boxes with.
 *
 * <p>A box is its centre and its sides, as shares of the image's sides. Heads move the logits of a
 * box; those are float32 in any case, since half precision is too coarse for a corner.
 */
record BoxHead(List<Linear> layers) {
  BoxHead {
    layers = List.copyOf(layers);
  }

  /**
   * @param sizes of the input, of what is between the layers, and of the output
   */
  static BoxHead of(Parameters parameters, int... sizes) {
    List<Linear> layers = new ArrayList<>();
    for (int i = 0; i + 1 < sizes.length; i++) {
      layers.add(Linear.of(parameters.in("layers", i), sizes[i], sizes[i + 1]));
    }
    return new BoxHead(layers);
  }

  Tensor forward(Tensor input) {
    try (var scope = Scope.open()) {
      Tensor hidden = input;
      for (int i = 0; i < layers.size(); i++) {
        hidden = layers.get(i).forward(i == 0 ? hidden : Functional.relu(hidden));
      }
      return scope.keep(hidden);
    }
  }

  /** Boxes (B, Q, 4) moved by what the head reads from the queries (B, Q, d). */
  Tensor moved(Tensor boxes, Tensor queries, Variant variant) {
    try (var scope = Scope.open()) {
      Tensor logits = variant.logit(boxes);
      return scope.keep(logits.add(forward(queries).to(DType.F32)).sigmoid());
    }
  }
}

package io.llavasg.perception.swin;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;

/** Halves a map's sides, an odd one rounded up with zeros, and doubles its channels. */
record PatchMerging(LayerNorm norm, Linear reduction) {

  static PatchMerging of(Parameters parameters, int size) {
    return new PatchMerging(
        LayerNorm.of(parameters.in("norm"), 4 * size, SwinConfig.LAYER_NORM_EPS),
        Linear.withoutBias(parameters.in("reduction"), 4 * size, 2 * size));
  }

  FeatureMap forward(FeatureMap map) {
    try (var scope = Scope.open()) {
      long batch = map.places().size(0);
      long size = map.places().size(2);
      int height = Math.ceilDiv(map.height(), 2);
      int width = Math.ceilDiv(map.width(), 2);
      Tensor even = map.places().reshape(batch, map.height(), map.width(), size);
      if (map.height() % 2 != 0 || map.width() % 2 != 0) {
        even = Spatial.pad(even, 0, 0, 0, 0, map.width() % 2, 0, map.height() % 2);
      }
      // Of each 2 × 2 places: the left two from top to bottom, then the right two.
      Tensor merged =
          even.reshape(batch, height, 2, width, 2, size)
              .permute(0, 1, 3, 4, 2, 5)
              .reshape(batch, (long) height * width, 4 * size);
      Tensor reduced = scope.keep(reduction.forward(norm.forward(merged)));
      return new FeatureMap(reduced, height, width);
    }
  }
}

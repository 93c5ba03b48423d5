package io.llavasg.perception.sam;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Tensor;

/** Layer normalisation over the channels of each pixel: (B, C, H, W) → (B, C, H, W). */
record LayerNorm2d(LayerNorm norm) {
  /** Of every such norm in SAM, whatever its config says of others. */
  private static final double EPS = 1e-6;

  static LayerNorm2d of(Parameters parameters, int channels) {
    return new LayerNorm2d(LayerNorm.of(parameters, channels, EPS));
  }

  Tensor forward(Tensor input_BCHW) {
    return norm.forward(input_BCHW.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
  }
}

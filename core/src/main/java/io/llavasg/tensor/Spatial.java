package io.llavasg.tensor;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Operations on feature maps (B, C, H, W), as {@code torch.nn.functional}: convolutions, sampling,
 * and what changes height and width.
 */
public final class Spatial {
  private Spatial() {}

  /** 2-D convolution: input (B, C, H, W), weight (out, C, kh, kw) → (B, out, H', W'). */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    long[] strides = {stride, stride};
    long[] paddings = {padding, padding};
    long[] dilation = {1, 1};
    if (bias != null) {
      return Tensor.wrap(
          torch.conv2d(input.raw, weight.raw, bias.optional(), strides, paddings, dilation, 1));
    }
    try (TensorOptional none = new TensorOptional()) {
      return Tensor.wrap(torch.conv2d(input.raw, weight.raw, none, strides, paddings, dilation, 1));
    }
  }

  /**
   * Transposed 2-D convolution without padding: input (B, C, H, W), weight (C, out, kh, kw) → (B,
   * out, (H−1)·stride + kh, (W−1)·stride + kw).
   */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride) {
    long[] strides = {stride, stride};
    long[] none = {0, 0};
    try (TensorOptional absent = new TensorOptional()) {
      TensorOptional added = bias == null ? absent : bias.optional();
      return Tensor.wrap(
          torch.conv_transpose2d(input.raw, weight.raw, added, strides, none, none, 1, 1, 1));
    }
  }

  /** Normalisation over each of {@code groups} groups of channels, and all positions. */
  public static Tensor groupNorm(Tensor input, int groups, Tensor weight, Tensor bias, double eps) {
    return Tensor.wrap(
        torch.group_norm(input.raw, groups, weight.optional(), bias.optional(), eps, true));
  }

  /**
   * Bilinear samples of {@code input} (B, C, H, W) at {@code grid} (B, H', W', 2), whose (x, y) run
   * from −1 to 1 over the map's outer borders ({@code align_corners=false}); zero outside → (B, C,
   * H', W').
   */
  public static Tensor gridSample(Tensor input, Tensor grid) {
    return Tensor.wrap(torch.grid_sampler(input.raw, grid.raw, 0, 0, false));
  }

  /** Bilinear resize without antialiasing ({@code align_corners=false}) → (B, C, height, width). */
  public static Tensor resizeBilinear(Tensor input, long height, long width) {
    try (DoubleOptional fromHeights = new DoubleOptional();
        DoubleOptional fromWidths = new DoubleOptional()) {
      long[] size = {height, width};
      return Tensor.wrap(
          torch.upsample_bilinear2d(input.raw, size, false, fromHeights, fromWidths));
    }
  }

  /**
   * A constant around the last dimensions: {@code amounts} are before and after for the last
   * dimension, then for the one before it, and so on; negative ones crop.
   */
  public static Tensor pad(Tensor input, double value, long... amounts) {
    try (Scalar scalar = new Scalar(value)) {
      return Tensor.wrap(torch.constant_pad_nd(input.raw, amounts, scalar));
    }
  }
}

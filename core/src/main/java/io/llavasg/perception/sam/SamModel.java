package io.llavasg.perception.sam;

import io.llavasg.graph.Box;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.List;

/** SAM as a network: composition only. */
public final class SamModel {
  private final SamConfig config;
  private final SamVisionEncoder visionEncoder;
  private final SamPromptEncoder promptEncoder;
  private final SamMaskDecoder maskDecoder;

  public SamModel(Parameters parameters, SamConfig config) {
    this.config = config;
    visionEncoder = new SamVisionEncoder(parameters.in("vision_encoder"), config.vision());
    promptEncoder = new SamPromptEncoder(parameters, config);
    maskDecoder = new SamMaskDecoder(parameters.in("mask_decoder"), config.decoder());
  }

  public SamConfig config() {
    return config;
  }

  /**
   * What the masks of any box of an image are decoded from.
   *
   * @param image (1, C, grid, grid), or (N, C, grid, grid) for N boxes, each of its own image
   * @param positions (1, grid², C)
   */
  public record Encoded(Tensor image, Tensor positions) {}

  /**
   * Encodes images.
   *
   * @param pixels normalised and padded (B, 3, image_size, image_size)
   * @return (B, C, grid, grid)
   */
  public Tensor encode(Tensor pixels) {
    return visionEncoder.forward(pixels);
  }

  /**
   * Prepares images for prompts.
   *
   * @param embedding (1, C, grid, grid) of {@link #encode}, or the embedding of each box's image
   */
  public Encoded prepare(Tensor embedding) {
    try (var scope = Scope.open()) {
      Tensor image = embedding.add(promptEncoder.noMask().reshape(1, -1, 1, 1));
      return new Encoded(scope.keep(image), scope.keep(promptEncoder.imagePositions()));
    }
  }

  /**
   * The mask of each box.
   *
   * @param boxes in pixels of the encoder's square
   */
  public SamMaskDecoder.Masks decode(Encoded encoded, List<Box> boxes) {
    try (var scope = Scope.open()) {
      Tensor prompts = promptEncoder.forward(boxes);
      var masks = maskDecoder.forward(encoded.image(), encoded.positions(), prompts);
      return new SamMaskDecoder.Masks(scope.keep(masks.logits()), scope.keep(masks.quality()));
    }
  }
}

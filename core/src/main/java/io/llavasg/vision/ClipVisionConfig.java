package io.llavasg.vision;

import io.llavasg.LlavaSgException;
import io.llavasg.nn.Activation;

/**
 * Shape of a CLIP vision tower, as {@code vision_config} has it.
 *
 * @param imageSize side of the square image in pixels
 * @param patchSize side of a patch in pixels
 */
public record ClipVisionConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int imageSize,
    int patchSize,
    double layerNormEps,
    Activation hiddenAct) {

  /** ViT-L/14@336, LLaVA-1.5's: what {@code LlavaConfig} means by no {@code vision_config}. */
  public static final ClipVisionConfig LARGE_14_336 =
      new ClipVisionConfig(1024, 4096, 24, 16, 336, 14, 1e-5, Activation.QUICK_GELU);

  public ClipVisionConfig {
    if (hiddenSize % numAttentionHeads != 0) {
      throw LlavaSgException.user(
          "vision_config: hidden_size %d is no multiple of num_attention_heads %d",
          hiddenSize, numAttentionHeads);
    }
    if (imageSize < patchSize) {
      throw LlavaSgException.user(
          "vision_config: image_size %d is smaller than patch_size %d", imageSize, patchSize);
    }
  }

  /** Patches along one side of the image: 24 for ViT-L/14@336. */
  public int gridSize() {
    return imageSize / patchSize;
  }

  /** Patches of an image: 576 for ViT-L/14@336. */
  public int patches() {
    return gridSize() * gridSize();
  }

  ClipLayer.Shape layer() {
    return new ClipLayer.Shape(
        hiddenSize, intermediateSize, numAttentionHeads, layerNormEps, hiddenAct);
  }
}

package io.llavasg.perception.sam;

import io.llavasg.LlavaSgException;
import io.llavasg.nn.Activation;
import java.util.List;

/**
 * Shape of SAM's image encoder, as {@code vision_config} has it.
 *
 * @param outputChannels what the neck leaves
 * @param imageSize side of the square of pixels that the encoder sees
 * @param patchSize side of a patch in pixels
 * @param windowSize side of a window in patches
 * @param globalAttnIndexes layers that attend over the whole grid
 * @param numPosFeats random frequencies of the positional encoding, for a sine and a cosine each
 */
public record SamVisionConfig(
    int hiddenSize,
    int outputChannels,
    int numHiddenLayers,
    int numAttentionHeads,
    int imageSize,
    int patchSize,
    Activation hiddenAct,
    double layerNormEps,
    boolean qkvBias,
    boolean useAbsPos,
    boolean useRelPos,
    int windowSize,
    List<Integer> globalAttnIndexes,
    int numPosFeats,
    int mlpDim) {

  public SamVisionConfig {
    globalAttnIndexes = List.copyOf(globalAttnIndexes);
    if (hiddenSize % numAttentionHeads != 0) {
      throw LlavaSgException.user(
          "vision_config: hidden_size %d is no multiple of num_attention_heads %d",
          hiddenSize, numAttentionHeads);
    }
    if (imageSize % patchSize != 0) {
      throw LlavaSgException.user(
          "vision_config: image_size %d is no multiple of patch_size %d", imageSize, patchSize);
    }
    for (int index : globalAttnIndexes) {
      if (index < 0 || index >= numHiddenLayers) {
        throw LlavaSgException.user(
            "vision_config: global_attn_indexes has %d, but num_hidden_layers is %d",
            index, numHiddenLayers);
      }
    }
  }

  /** Size of one head. */
  public int headDim() {
    return hiddenSize / numAttentionHeads;
  }

  /** Patches along one side of the square: 64 for the published models. */
  public int gridSize() {
    return imageSize / patchSize;
  }

  /** Side of the windows of a layer, in patches; 0 where it attends over the whole grid. */
  public int window(int layer) {
    return globalAttnIndexes.contains(layer) ? 0 : windowSize;
  }
}

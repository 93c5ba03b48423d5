package io.llavasg.perception.sam;

import io.llavasg.LlavaSgException;
import io.llavasg.nn.Activation;

/**
 * Shape of SAM's mask decoder, as {@code mask_decoder_config} has it.
 *
 * @param attentionDownsampleRate how many times narrower attention between tokens and image is
 * @param numMultimaskOutputs masks for an ambiguous prompt, beside the one for a clear prompt
 * @param iouHeadDepth linear layers of the network that estimates a mask's quality
 * @param layerNormEps of the norms within the layers; that behind the last layer has 1e-5
 */
public record SamMaskDecoderConfig(
    int hiddenSize,
    Activation hiddenAct,
    int mlpDim,
    int numHiddenLayers,
    int numAttentionHeads,
    int attentionDownsampleRate,
    int numMultimaskOutputs,
    int iouHeadDepth,
    int iouHeadHiddenDim,
    double layerNormEps) {

  public SamMaskDecoderConfig {
    if (hiddenSize % (attentionDownsampleRate * numAttentionHeads) != 0) {
      throw LlavaSgException.user(
          "mask_decoder_config: hidden_size %d is no multiple of attention_downsample_rate %d times"
              + " num_attention_heads %d",
          hiddenSize, attentionDownsampleRate, numAttentionHeads);
    }
    if (hiddenSize % 8 != 0) {
      throw LlavaSgException.user(
          "mask_decoder_config: hidden_size %d is no multiple of 8", hiddenSize);
    }
    if (iouHeadDepth < 2) {
      throw LlavaSgException.user(
          "mask_decoder_config: iou_head_depth is %d; the head has at least 2 layers",
          iouHeadDepth);
    }
  }

  /** Tokens that stand for masks: that of a clear prompt first. */
  public int maskTokens() {
    return numMultimaskOutputs + 1;
  }
}

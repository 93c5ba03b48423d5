package io.llavasg.perception.sam;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A SAM's config as the shapes of its weights tell it: the published files have no config.json. The
 * rest is the same in all of them: activations, the mask decoder's eight heads, and its norms' ε.
 *
 * @param tensors by the names that modules know them by
 */
record SamShapes(Object source, Map<String, TensorInfo> tensors) {
  private static final int DECODER_HEADS = 8;
  private static final double ENCODER_EPS = 1e-6;
  private static final double DECODER_EPS = 1e-5;

  SamConfig config() {
    return new SamConfig(vision(), decoder());
  }

  private SamVisionConfig vision() {
    String encoder = "vision_encoder.";
    int hidden = size(encoder + "patch_embed.projection.weight", 0);
    int patch = size(encoder + "patch_embed.projection.weight", 2);
    int grid = size(encoder + "pos_embed", 1);
    int layers = count(encoder + "layers.%d.layer_norm1.weight");
    int window = 0;
    List<Integer> global = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      int side = (size(encoder + "layers." + i + ".attn.rel_pos_h", 0) + 1) / 2;
      if (side == grid) {
        global.add(i);
      } else {
        window = side;
      }
    }
    String first = encoder + "layers.0.";
    return new SamVisionConfig(
        hidden,
        size(encoder + "neck.conv1.weight", 0),
        layers,
        hidden / size(first + "attn.rel_pos_h", 1),
        grid * patch,
        patch,
        Activation.GELU,
        ENCODER_EPS,
        tensors.containsKey(first + "attn.qkv.bias"),
        true,
        true,
        window,
        global,
        size("shared_image_embedding.positional_embedding", 1),
        size(first + "mlp.lin1.weight", 0));
  }

  private SamMaskDecoderConfig decoder() {
    String decoder = "mask_decoder.";
    int hidden = size(decoder + "iou_token.weight", 1);
    String narrow = decoder + "transformer.final_attn_token_to_image.q_proj.weight";
    return new SamMaskDecoderConfig(
        hidden,
        Activation.RELU,
        size(decoder + "transformer.layers.0.mlp.lin1.weight", 0),
        count(decoder + "transformer.layers.%d.layer_norm1.weight"),
        DECODER_HEADS,
        hidden / size(narrow, 0),
        size(decoder + "mask_tokens.weight", 0) - 1,
        2 + count(decoder + "iou_prediction_head.layers.%d.weight"),
        size(decoder + "iou_prediction_head.proj_in.weight", 0),
        DECODER_EPS);
  }

  private int count(String pattern) {
    int count = 0;
    while (tensors.containsKey(pattern.formatted(count))) {
      count++;
    }
    return count;
  }

  private int size(String name, int dim) {
    TensorInfo info = tensors.get(name);
    if (info == null || info.shape().size() <= dim || info.shape().get(dim) < 1) {
      throw LlavaSgException.user(
          "'%s' looks like a SAM, but %s is missing or misshapen; get a whole copy, or place its"
              + " config.json beside it",
          source, name);
    }
    return Math.toIntExact(info.shape().get(dim));
  }
}

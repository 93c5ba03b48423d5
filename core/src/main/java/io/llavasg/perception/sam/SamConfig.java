package io.llavasg.perception.sam;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.nn.Activation;
import java.util.ArrayList;
import java.util.List;

/** Shape of a SAM, as the {@code config.json} of transformers' {@code SamModel} has it. */
public record SamConfig(SamVisionConfig vision, SamMaskDecoderConfig decoder) {

  public SamConfig {
    if (vision.outputChannels() != decoder.hiddenSize()) {
      throw LlavaSgException.user(
          "vision_config.output_channels %d and mask_decoder_config.hidden_size %d disagree",
          vision.outputChannels(), decoder.hiddenSize());
    }
    if (2 * vision.numPosFeats() != decoder.hiddenSize()) {
      throw LlavaSgException.user(
          "mask_decoder_config.hidden_size %d is not twice vision_config.num_pos_feats %d",
          decoder.hiddenSize(), vision.numPosFeats());
    }
  }

  /** Side of the square of logits: four times the grid. */
  public int logitsSize() {
    return 4 * vision.gridSize();
  }

  /** Reads a config.json; what is absent is transformers' default, a ViT-B. */
  public static SamConfig read(ConfigFile file) {
    return file.checked(
        () -> {
          SamVisionConfig vision = vision(file.in("vision_config"));
          requirePrompts(file.in("prompt_encoder_config"), vision);
          return new SamConfig(vision, decoder(file.in("mask_decoder_config")));
        });
  }

  private static SamVisionConfig vision(ConfigFile file) {
    int hidden = file.size("hidden_size", 768);
    double ratio = file.positive("mlp_ratio", 4);
    if (file.size("num_channels", 3) != 3) {
      throw file.wrong("num_channels", "3");
    }
    return new SamVisionConfig(
        hidden,
        file.size("output_channels", 256),
        file.size("num_hidden_layers", 12),
        file.size("num_attention_heads", 12),
        file.size("image_size", 1024),
        file.size("patch_size", 16),
        Activation.parse(file.string("hidden_act", "gelu")),
        file.positive("layer_norm_eps", 1e-6),
        file.flag("qkv_bias", true),
        file.flag("use_abs_pos", true),
        file.flag("use_rel_pos", true),
        file.count("window_size", 14),
        indexes(file, "global_attn_indexes", List.of(2, 5, 8, 11)),
        file.size("num_pos_feats", 128),
        file.size("mlp_dim", (int) (hidden * ratio)));
  }

  private static List<Integer> indexes(ConfigFile file, String name, List<Integer> otherwise) {
    if (!file.has(name)) {
      return otherwise;
    }
    List<Integer> indexes = new ArrayList<>();
    for (JsonNode value : file.value(name)) {
      if (!value.isInt()) {
        throw file.wrong(name, "a list of integers");
      }
      indexes.add(value.intValue());
    }
    return indexes;
  }

  /** The prompt encoder has no shape of its own: it repeats those of its neighbours. */
  private static void requirePrompts(ConfigFile file, SamVisionConfig vision) {
    require(file, "hidden_size", file.size("hidden_size", 256), vision.outputChannels());
    require(file, "image_size", file.size("image_size", 1024), vision.imageSize());
    require(file, "patch_size", file.size("patch_size", 16), vision.patchSize());
  }

  private static void require(ConfigFile file, String name, int value, int expected) {
    if (value != expected) {
      throw LlavaSgException.user(
          "%s.%s is %d, but vision_config asks for %d", file.section(), name, value, expected);
    }
  }

  private static SamMaskDecoderConfig decoder(ConfigFile file) {
    return new SamMaskDecoderConfig(
        file.size("hidden_size", 256),
        Activation.parse(file.string("hidden_act", "relu")),
        file.size("mlp_dim", 2048),
        file.size("num_hidden_layers", 2),
        file.size("num_attention_heads", 8),
        file.size("attention_downsample_rate", 2),
        file.count("num_multimask_outputs", 3),
        file.size("iou_head_depth", 3),
        file.size("iou_head_hidden_dim", 256),
        file.positive("layer_norm_eps", 1e-6));
  }
}

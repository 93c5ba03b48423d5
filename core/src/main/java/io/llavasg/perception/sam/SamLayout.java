package io.llavasg.perception.sam;

import io.llavasg.checkpoint.WeightMap;
import io.llavasg.checkpoint.WeightMap.Rename;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The names that checkpoints give SAM's weights. Modules know them by transformers' names. */
public enum SamLayout {
  /** {@code facebook/sam-vit-*}: transformers' {@code SamModel}. */
  HUGGING_FACE("vision_encoder."),

  /** {@code sam_vit_*.pth}: the model's own repository. */
  OFFICIAL("image_encoder.");

  /** What boxes do not need: points, masks as prompts, masks for ambiguous prompts. */
  private static final String[] UNUSED = {
    "shared_image_embedding\\.positional_embedding$",
    "prompt_encoder\\.shared_embedding\\.positional_embedding$",
    "prompt_encoder\\.point_embed\\.[01]\\.weight$",
    "prompt_encoder\\.not_a_point_embed\\.weight$",
    "prompt_encoder\\.mask_embed\\.(conv|layer_norm)\\d\\.",
    "prompt_encoder\\.mask_downscaling\\.\\d\\.",
    "mask_decoder\\.output_hypernetworks_mlps\\.[1-9]\\d*\\.",
  };

  private static final String QUALITY_HEAD = "mask_decoder.iou_prediction_head.layers.";

  private final String encoder;

  SamLayout(String encoder) {
    this.encoder = encoder;
  }

  /** The layout of a checkpoint with these names; empty where it is no SAM. */
  public static Optional<SamLayout> of(Collection<String> names) {
    for (SamLayout layout : values()) {
      if (names.stream().anyMatch(name -> name.startsWith(layout.encoder + "patch_embed."))) {
        return Optional.of(layout);
      }
    }
    return Optional.empty();
  }

  /**
   * How a checkpoint's names become those that modules ask for.
   *
   * @param names in the checkpoint: they tell how many layers its small networks have
   */
  public WeightMap weightMap(Collection<String> names) {
    return (this == OFFICIAL ? official(names) : WeightMap.of()).ignoring(UNUSED);
  }

  private static WeightMap official(Collection<String> names) {
    String encoder = "vision_encoder.";
    String decoder = "mask_decoder.";
    WeightMap map =
        WeightMap.of(
                Rename.of(
                    "image_encoder\\.patch_embed\\.proj\\.", encoder + "patch_embed.projection."),
                Rename.of(
                    "image_encoder\\.blocks\\.(\\d+)\\.norm", encoder + "layers.$1.layer_norm"),
                Rename.of("image_encoder\\.blocks\\.", encoder + "layers."),
                Rename.of("image_encoder\\.neck\\.0\\.", encoder + "neck.conv1."),
                Rename.of("image_encoder\\.neck\\.1\\.", encoder + "neck.layer_norm1."),
                Rename.of("image_encoder\\.neck\\.2\\.", encoder + "neck.conv2."),
                Rename.of("image_encoder\\.neck\\.3\\.", encoder + "neck.layer_norm2."),
                Rename.of("image_encoder\\.", encoder),
                Rename.of(
                    "prompt_encoder\\.pe_layer\\.positional_encoding_gaussian_matrix",
                    "shared_image_embedding.positional_embedding"),
                Rename.of("prompt_encoder\\.point_embeddings\\.", "prompt_encoder.point_embed."))
            .then(
                Rename.of(
                    "mask_decoder\\.transformer\\.layers\\.(\\d+)\\.norm",
                    decoder + "transformer.layers.$1.layer_norm"),
                Rename.of(
                    "mask_decoder\\.transformer\\.norm_final_attn\\.",
                    decoder + "transformer.layer_norm_final_attn."),
                Rename.of("mask_decoder\\.output_upscaling\\.0\\.", decoder + "upscale_conv1."),
                Rename.of(
                    "mask_decoder\\.output_upscaling\\.1\\.", decoder + "upscale_layer_norm."),
                Rename.of("mask_decoder\\.output_upscaling\\.3\\.", decoder + "upscale_conv2."));
    return map.then(feedForward("mask_decoder\\.output_hypernetworks_mlps\\.\\d+\\.", 3))
        .then(feedForward("mask_decoder\\.iou_prediction_head\\.", qualityLayers(names)));
  }

  /** The first and the last of {@code depth} layers get names of their own, the rest move up. */
  private static Rename[] feedForward(String network, int depth) {
    List<Rename> renames = new ArrayList<>();
    renames.add(Rename.of("(" + network + ")layers\\.0\\.", "$1proj_in."));
    for (int i = 1; i < depth - 1; i++) {
      renames.add(Rename.of("(" + network + ")layers\\." + i + "\\.", "$1layers." + (i - 1) + "."));
    }
    renames.add(Rename.of("(" + network + ")layers\\." + (depth - 1) + "\\.", "$1proj_out."));
    return renames.toArray(new Rename[0]);
  }

  private static int qualityLayers(Collection<String> names) {
    int depth = 2;
    while (names.contains(QUALITY_HEAD + depth + ".weight")) {
      depth++;
    }
    return depth;
  }
}

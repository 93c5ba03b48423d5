package io.llavasg.perception.groundingdino;

import io.llavasg.checkpoint.WeightMap;
import io.llavasg.checkpoint.WeightMap.Rename;
import io.llavasg.checkpoint.WeightMap.Split;
import io.llavasg.image.ResizeRule.ShortestEdgeWithin.Rounding;
import io.llavasg.perception.swin.SwinLayout;
import java.util.Set;

/** How checkpoints name the weights, as data: Hugging Face's layout, which is ours, and another. */
public enum GroundingDinoLayout {
  /** Of transformers, in a checkpoint or in memory. */
  HUGGING_FACE {
    @Override
    Rounding rounding() {
      return Rounding.TRANSFORMERS;
    }

    @Override
    WeightMap map() {
      String block =
          "(" + BACKBONE.replace(".", "\\.") + "encoder\\.layers\\.\\d+\\.blocks\\.\\d+\\.)";
      return WeightMap.of(
              Rename.of(
                  "model\\.backbone\\.conv_encoder\\.model\\.swin\\.(encoder|embeddings)\\.",
                  BACKBONE + "$1."))
          .then(
              Rename.of(block + "attention\\.q_proj\\.", "$1attention.self.query."),
              Rename.of(block + "attention\\.k_proj\\.", "$1attention.self.key."),
              Rename.of(block + "attention\\.v_proj\\.", "$1attention.self.value."),
              Rename.of(block + "attention\\.o_proj\\.", "$1attention.output.dense."),
              Rename.of(block + "attention\\.relative_position_bias\\.", "$1attention.self."),
              Rename.of(block + "mlp\\.fc1\\.", "$1intermediate.dense."),
              Rename.of(block + "mlp\\.fc2\\.", "$1output.dense."));
    }
  },

  /** Of the official repository, {@code groundingdino_swint_ogc.pth} and the like. */
  OFFICIAL {
    @Override
    Rounding rounding() {
      return Rounding.OFFICIAL;
    }

    @Override
    WeightMap map() {
      WeightMap parts =
          WeightMap.of(Rename.of("module\\.", ""))
              .then(
                  Rename.of("bert\\.", "model.text_backbone."),
                  Rename.of("feat_map\\.", "model.text_projection."),
                  Rename.of("input_proj\\.", "model.input_proj_vision."),
                  Rename.of("transformer\\.level_embed", "model.level_embed"),
                  Rename.of("transformer\\.tgt_embed\\.", "model.query_position_embeddings."),
                  Rename.of(
                      "transformer\\.enc_out_bbox_embed\\.", "model.encoder_output_bbox_embed."),
                  Rename.of("transformer\\.enc_output", "model.enc_output"),
                  Rename.of(
                      "transformer\\.encoder\\.layers\\.(\\d+)\\.",
                      "model.encoder.layers.$1.deformable_layer."),
                  Rename.of(
                      "transformer\\.encoder\\.text_layers\\.(\\d+)\\.",
                      "model.encoder.layers.$1.text_enhancer_layer."),
                  Rename.of(
                      "transformer\\.encoder\\.fusion_layers\\.(\\d+)\\.",
                      "model.encoder.layers.$1.fusion_layer."),
                  Rename.of("transformer\\.decoder\\.norm\\.", "model.decoder.layer_norm."),
                  Rename.of(
                      "transformer\\.decoder\\.ref_point_head\\.",
                      "model.decoder.reference_points_head."),
                  Rename.of("transformer\\.decoder\\.", "model.decoder."));
      return SwinLayout.official(layers(parts), "backbone.0.", BACKBONE);
    }

    private WeightMap layers(WeightMap parts) {
      String image = "(model\\.encoder\\.layers\\.\\d+\\.deformable_layer\\.)";
      String text = "(model\\.encoder\\.layers\\.\\d+\\.text_enhancer_layer\\.)";
      String fusion = "(model\\.encoder\\.layers\\.\\d+\\.fusion_layer\\.)";
      String decoder = "(model\\.decoder\\.layers\\.\\d+\\.)";
      return parts
          .then(
              Rename.of(image + "norm1\\.", "$1self_attn_layer_norm."),
              Rename.of(image + "norm2\\.", "$1final_layer_norm."),
              Rename.of(text + "norm1\\.", "$1layer_norm_before."),
              Rename.of(text + "norm2\\.", "$1layer_norm_after."),
              Rename.of(fusion + "gamma_v$", "$1vision_param"),
              Rename.of(fusion + "gamma_l$", "$1text_param"),
              Rename.of(fusion + "layer_norm_v\\.", "$1layer_norm_vision."),
              Rename.of(fusion + "layer_norm_l\\.", "$1layer_norm_text."),
              Rename.of(fusion + "attn\\.((?:values_|out_)?)v_proj\\.", "$1attn.$2vision_proj."),
              Rename.of(fusion + "attn\\.((?:values_|out_)?)l_proj\\.", "$1attn.$2text_proj."),
              Rename.of(decoder + "cross_attn\\.", "$1encoder_attn."),
              Rename.of(decoder + "ca_text\\.", "$1encoder_attn_text."),
              Rename.of(decoder + "catext_norm\\.", "$1encoder_attn_text_layer_norm."),
              Rename.of(decoder + "norm1\\.", "$1encoder_attn_layer_norm."),
              Rename.of(decoder + "norm2\\.", "$1self_attn_layer_norm."),
              Rename.of(decoder + "norm3\\.", "$1final_layer_norm."))
          .then(Rename.of("(" + image + "|" + text + "|" + decoder + ")linear([12])\\.", "$1fc$5."))
          .splitting(
              Split.of(
                  "(model\\..*attn(?:_text)?\\.)in_proj_(weight|bias)",
                  "$1query.$2",
                  "$1key.$2",
                  "$1value.$2"));
    }
  };

  private static final String BACKBONE = "model.backbone.conv_encoder.model.";

  /** The layout's own renames. */
  abstract WeightMap map();

  /** How the code that a checkpoint of this layout is for rounds the sizes of images. */
  abstract Rounding rounding();

  /** Which layout names are of. */
  static GroundingDinoLayout of(Set<String> names) {
    boolean official =
        names.stream()
            .anyMatch(
                name -> name.matches("(module\\.)?(transformer\\.(en|de)coder|feat_map)\\..*"));
    return official ? OFFICIAL : HUGGING_FACE;
  }

  /**
   * From this layout to the names that the network asks for. Left unused are the second copies of
   * shared box heads, buffers, the norm behind the backbone's last stage, BERT's pooler, and an
   * embedding from training that published files still hold.
   */
  WeightMap weightMap(GroundingDinoConfig config) {
    WeightMap map =
        map()
            .ignoring(
                "model\\.decoder\\.bbox_embed\\.",
                "model\\.backbone\\.conv_encoder\\.model\\.(swin\\.)?layernorm\\.",
                "model\\.text_backbone\\.(pooler\\.|embeddings\\.(position|token_type)_ids$)",
                "label_enc\\.",
                SwinLayout.BUFFERS);
    return config.boxHeads() == GroundingDinoConfig.BoxHeads.SHARED
        ? map.ignoring("bbox_embed\\.[1-9]\\d*\\.")
        : map;
  }
}

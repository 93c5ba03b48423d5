package io.llavasg.model;

import io.llavasg.checkpoint.WeightMap;
import io.llavasg.checkpoint.WeightMap.Rename;
import java.util.List;

/**
 * The layouts in which checkpoints are published, and how each names its weights. The names that
 * modules ask for are those of {@code llava-hf} before transformers 4.52, with the tower's inner
 * {@code vision_model} left out.
 */
public enum Layout {
  /** {@code llava-hf/llava-1.5-*}, both generations of key prefixes, and LLaVA-SG itself. */
  LLAVA_HF(
      Rename.of("model\\.language_model\\.", "language_model.model."),
      Rename.of("lm_head\\.", "language_model.lm_head."),
      Rename.of("(model\\.)?vision_tower\\.(vision_model\\.)?", "vision_tower."),
      Rename.of("model\\.multi_modal_projector\\.", "multi_modal_projector."),
      Rename.of("model\\.(scene_graph|scene_graph_projector)\\.", "$1.")),

  /** {@code liuhaotian/llava-v1.5-*}; the vision tower is in a directory of its own. */
  LLAVA_ORIGINAL(
      Rename.of("(model\\.)?mm_projector\\.0\\.", "multi_modal_projector.linear_1."),
      Rename.of("(model\\.)?mm_projector\\.2\\.", "multi_modal_projector.linear_2."),
      Rename.of("model\\.vision_tower\\.(vision_tower\\.)?(vision_model\\.)?", "vision_tower."),
      Rename.of("(model|lm_head)\\.", "language_model.$1.")),

  /** A plain LLaMA or Vicuna. */
  LLAMA(Rename.of("(model|lm_head)\\.", "language_model.$1.")),

  /** A CLIP model, or its vision half alone. */
  CLIP(
      Rename.of("(vision_model\\.)", "vision_tower."),
      Rename.of("(text_model|text_projection|visual_projection|logit_scale)", "clip.$1"));

  private final List<Rename> renames;

  Layout(Rename... renames) {
    this.renames = List.of(renames);
  }

  /** The map to the names of modules; buffers that some files hold are ignored. */
  public WeightMap weightMap() {
    return WeightMap.of(renames.toArray(Rename[]::new))
        .ignoring(
            "vision_tower\\.embeddings\\.position_ids$",
            "language_model\\.model\\.layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq$",
            "clip\\.");
  }
}

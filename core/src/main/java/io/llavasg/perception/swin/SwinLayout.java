package io.llavasg.perception.swin;

import io.llavasg.checkpoint.WeightMap;
import io.llavasg.checkpoint.WeightMap.Rename;
import io.llavasg.checkpoint.WeightMap.Split;

/** The official Swin's names, as the weights of official checkpoints that contain one have them. */
public final class SwinLayout {
  private SwinLayout() {}

  /** Buffers that follow from the shape, for {@link WeightMap#ignoring}, below any prefix. */
  public static final String BUFFERS = ".*\\.(relative_position_index|attn_mask)$";

  /**
   * Adds a stage of renames from the official names to Hugging Face's, and the splits of fused
   * queries, keys and values.
   *
   * @param prefix what precedes the official Swin's names after the map so far, with its final dot
   * @param to what shall precede Hugging Face's, with its final dot
   */
  public static WeightMap official(WeightMap map, String prefix, String to) {
    String from = prefix.replace(".", "\\.");
    String block = from + "layers\\.(\\d+)\\.blocks\\.(\\d+)\\.";
    String renamed = to + "encoder.layers.$1.blocks.$2.";
    return map.then(
            Rename.of(
                from + "patch_embed\\.proj\\.", to + "embeddings.patch_embeddings.projection."),
            Rename.of(from + "patch_embed\\.norm\\.", to + "embeddings.norm."),
            Rename.of(block + "norm1\\.", renamed + "layernorm_before."),
            Rename.of(block + "norm2\\.", renamed + "layernorm_after."),
            Rename.of(block + "attn\\.proj\\.", renamed + "attention.output.dense."),
            Rename.of(block + "attn\\.", renamed + "attention.self."),
            Rename.of(block + "mlp\\.fc1\\.", renamed + "intermediate.dense."),
            Rename.of(block + "mlp\\.fc2\\.", renamed + "output.dense."),
            Rename.of(from + "layers\\.", to + "encoder.layers."),
            Rename.of(from + "norm\\.", to + "layernorm."),
            Rename.of(from + "norm0\\.", to + "hidden_states_norms.stage1."),
            Rename.of(from + "norm1\\.", to + "hidden_states_norms.stage2."),
            Rename.of(from + "norm2\\.", to + "hidden_states_norms.stage3."),
            Rename.of(from + "norm3\\.", to + "hidden_states_norms.stage4."))
        .splitting(
            Split.of(
                to.replace(".", "\\.") + "(.*\\.attention\\.self\\.)qkv\\.(weight|bias)",
                to + "$1query.$2",
                to + "$1key.$2",
                to + "$1value.$2"));
  }
}

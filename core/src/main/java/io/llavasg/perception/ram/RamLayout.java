package io.llavasg.perception.ram;

import io.llavasg.checkpoint.WeightMap;
import io.llavasg.checkpoint.WeightMap.Rename;
import io.llavasg.perception.swin.SwinLayout;

/** The official checkpoint's names. */
public final class RamLayout {
  private RamLayout() {}

  /**
   * The map to the names of modules. The official file also holds what captioning and training
   * need, which is ignored by name: a tag encoder, a text decoder, the head's word embeddings and
   * its attention among tags.
   */
  public static WeightMap weightMap() {
    WeightMap map =
        WeightMap.of(Rename.of("module\\.", ""))
            .then(Rename.of("vision_multi\\.", "tagging_head."));
    return SwinLayout.official(map, "visual_encoder.", "visual_encoder.")
        .ignoring(
            "visual_encoder\\." + SwinLayout.BUFFERS,
            "tag_encoder\\.",
            "text_decoder\\.",
            "tagging_head\\.embeddings\\.",
            "tagging_head\\.encoder\\.layer\\.\\d+\\.attention\\.");
  }
}

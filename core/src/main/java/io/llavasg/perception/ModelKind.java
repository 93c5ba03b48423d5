package io.llavasg.perception;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Guesses whose weights a checkpoint holds, for errors that name what was given by mistake. */
public final class ModelKind {

  private record Sign(Pattern name, String kind) {
    static Sign of(String start, String kind) {
      return new Sign(Pattern.compile("^(module\\.)?(" + start + ")"), kind);
    }
  }

  /** The first that any name shows decides. */
  private static final List<Sign> SIGNS =
      List.of(
          Sign.of("image_encoder\\.|vision_encoder\\.|mask_decoder\\.", "SAM"),
          Sign.of("tagging_head\\.|visual_encoder\\.|label_embed", "RAM"),
          Sign.of(
              "model\\.text_backbone\\.|model\\.backbone\\.conv_encoder\\.|transformer\\.level_embed"
                  + "|feat_map\\.|input_proj\\.",
              "Grounding-DINO"),
          Sign.of(
              "multi_modal_projector\\.|language_model\\.|model\\.language_model\\."
                  + "|model\\.mm_projector\\.|scene_graph\\.",
              "LLaVA"),
          Sign.of("vision_model\\.|text_model\\.", "CLIP"),
          Sign.of("model\\.layers\\.|lm_head\\.", "a language model"),
          Sign.of("bert\\.|embeddings\\.word_embeddings\\.", "BERT"));

  private ModelKind() {}

  /** Part of a sentence, such as "its weights look like RAM". */
  public static String describe(Collection<String> names) {
    if (names.isEmpty()) {
      return "it has no weights";
    }
    for (Sign sign : SIGNS) {
      if (names.stream().anyMatch(name -> sign.name().matcher(name).find())) {
        return "its weights look like " + sign.kind();
      }
    }
    return "its weights, such as " + names.iterator().next() + ", are of an unknown model";
  }
}

package io.llavasg.perception;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which model a checkpoint is of, by the names of its tensors; what its path is called says
 * nothing. Beside the three that perception is made of, those that a user may take for one of them.
 */
public enum CheckpointKind {
  RAM_PLUS(
      "RAM++ (not RAM)", List.of("ram_plus"), "reweight_scale", "(tagging_head|vision_multi)\\."),
  TAG2TEXT(
      "Tag2Text (not RAM)",
      List.of("tag2text"),
      "(tagging_head|vision_multi)\\.",
      "label_embed\\.weight"),
  RAM("RAM (Recognize Anything)", List.of("ram"), "(tagging_head|vision_multi)\\.", "label_embed$"),
  GROUNDING_DINO(
      "Grounding-DINO",
      List.of("grounding-dino"),
      "(transformer\\.encoder\\.text_layers|(model\\.)?encoder\\.layers\\.\\d+\\.text_enhancer_layer)\\."),
  SAM_HQ("SAM-HQ (not SAM)", List.of("sam_hq"), "mask_decoder\\.(hf_token|hq_token)"),
  SAM_2(
      "SAM 2 (not SAM)",
      List.of("sam2", "sam2_video", "sam2_hiera_det_model"),
      "(image_encoder\\.trunk|vision_encoder\\.backbone|memory_attention)\\."),
  SAM(
      "SAM (Segment Anything)",
      List.of("sam"),
      "mask_decoder\\.iou_token",
      "(image_encoder\\.blocks|vision_encoder\\.layers)\\."),
  LLAVA_SG("LLaVA-SG", List.of("llava_sg"), "scene_graph\\."),
  LLAVA(
      "LLaVA", List.of("llava", "llava_llama"), "(model\\.)?(multi_modal_projector|mm_projector)"),
  LLAMA("a LLaMA language model", List.of("llama"), "(model\\.)?layers\\.0\\.self_attn\\.q_proj"),
  CLIP(
      "CLIP",
      List.of("clip", "clip_vision_model"),
      "(vision_model\\.embeddings\\.class_embedding|visual\\.class_embedding)"),
  BERT("BERT", List.of("bert"), "(bert\\.)?embeddings\\.word_embeddings"),
  SWIN(
      "a plain Swin Transformer",
      List.of("swin"),
      "(swin\\.encoder\\.)?layers\\.0\\.blocks\\.0\\.(attn|attention)\\."),
  UNKNOWN("no model that is known here", List.of());

  private final String title;
  private final List<String> modelTypes;
  private final List<Pattern> marks;

  /**
   * @param modelTypes what config.json calls it
   * @param marks regular expressions for the start of names, each of which some tensor must match
   */
  CheckpointKind(String title, List<String> modelTypes, String... marks) {
    this.title = title;
    this.modelTypes = modelTypes;
    this.marks = Stream.of(marks).map(mark -> Pattern.compile("^(module\\.)?" + mark)).toList();
  }

  /** What people call it. */
  public String title() {
    return title;
  }

  /** Whether the pipeline has a stage for it. */
  public boolean isStage() {
    return this == RAM || this == GROUNDING_DINO || this == SAM;
  }

  private boolean marks(Collection<String> names) {
    return !marks.isEmpty()
        && marks.stream()
            .allMatch(mark -> names.stream().anyMatch(name -> mark.matcher(name).find()));
  }

  /**
   * The kind whose tensors these are.
   *
   * @param source what errors name
   * @throws LlavaSgException user, if they are those of two of perception's models
   */
  public static CheckpointKind of(String source, Collection<String> tensors) {
    List<CheckpointKind> found = new ArrayList<>();
    for (CheckpointKind kind : values()) {
      if (kind.marks(tensors)) {
        found.add(kind);
      }
    }
    List<CheckpointKind> stages = found.stream().filter(CheckpointKind::isStage).toList();
    if (stages.size() > 1) {
      throw mixed(source, stages.get(0), stages.get(1));
    }
    return found.isEmpty() ? UNKNOWN : found.getFirst();
  }

  /**
   * What a checkpoint seems to hold that was given for something else: part of a sentence, such as
   * "its weights look like RAM (Recognize Anything)".
   */
  public static String describe(Collection<String> tensors) {
    if (tensors.isEmpty()) {
      return "it has no weights";
    }
    for (CheckpointKind kind : values()) {
      if (kind.marks(tensors)) {
        return "its weights look like " + kind.title;
      }
    }
    return "its weights, such as " + tensors.iterator().next() + ", are of an unknown model";
  }

  private static LlavaSgException mixed(String source, CheckpointKind one, CheckpointKind other) {
    return LlavaSgException.user(
        "'%s' is mixed: it holds tensors of %s and of %s; give each model in a file or directory"
            + " of its own",
        source, one.title, other.title);
  }

  /** What a manifest says; empty where it does not, as RAM's. */
  public static Optional<CheckpointKind> declared(ConfigFile config) {
    if (!config.has("model_type")) {
      return Optional.empty();
    }
    String type = config.string("model_type", "");
    for (CheckpointKind kind : values()) {
      if (kind.modelTypes.contains(type)) {
        return Optional.of(kind);
      }
    }
    return Optional.of(UNKNOWN);
  }
}

package io.llavasg.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.DType;

/**
 * Sizes of a LLaVA-SG, and the manifest that states them.
 *
 * @param vision the CLIP tower
 * @param text the language model
 * @param vocabulary rows of its embeddings
 * @param graph the Scene Graph Expression module
 */
record CheckpointShape(
    Tower vision, Tower text, int imageSize, int vocabulary, SceneGraphConfig graph) {

  /** Sizes of a stack of transformer layers. */
  record Tower(int hidden, int inner, int layers, int heads) {
    Tower withLayers(int count) {
      return new Tower(hidden, inner, count, heads);
    }
  }

  /** Shapes by name. */
  enum Preset {
    /** LLaVA-1.5-7B. */
    B7(CLIP_LARGE, new Tower(4096, 11008, 32, 32), 336, 32064, SceneGraphConfig.DEFAULT),
    /** LLaVA-1.5-13B. */
    B13(CLIP_LARGE, new Tower(5120, 13824, 40, 40), 336, 32064, SceneGraphConfig.DEFAULT),
    /** Small enough that all the time goes to calls, not to arithmetic. */
    TINY(
        new Tower(32, 64, 3, 2),
        new Tower(64, 176, 3, 4),
        56,
        640,
        new SceneGraphConfig(32, 4, 64, 2, 1, 1e-5, true, true, 32));

    private final CheckpointShape shape;

    Preset(Tower vision, Tower text, int imageSize, int vocabulary, SceneGraphConfig graph) {
      shape = new CheckpointShape(vision, text, imageSize, vocabulary, graph);
    }

    CheckpointShape shape() {
      return shape;
    }
  }

  private static final Tower CLIP_LARGE = new Tower(1024, 4096, 24, 16);
  private static final int PATCH = 14;

  CheckpointShape withLayers(int textLayers, int visionLayers) {
    return new CheckpointShape(
        vision.withLayers(visionLayers), text.withLayers(textLayers), imageSize, vocabulary, graph);
  }

  /** Ids of the tokens that stand for other than text. */
  record Markers(int image, int sg, int text) {}

  /** The content of config.json; transformers reads it as a LLaVA, and leaves the graph out. */
  ObjectNode manifest(DType dtype, Markers markers) {
    ObjectNode config = Json.object();
    config.putArray("architectures").add("LlavaSgForConditionalGeneration");
    config.put("model_type", "llava_sg");
    config.put("dtype", torchName(dtype));
    config.put("image_token_index", markers.image());
    config.put("projector_hidden_act", "gelu");
    config.put("vision_feature_layer", -2);
    config.put("vision_feature_select_strategy", "default");
    config.put("tie_word_embeddings", false);
    put(config.putObject("vision_config"), vision)
        .put("model_type", "clip_vision_model")
        .put("image_size", imageSize)
        .put("patch_size", PATCH)
        .put("projection_dim", 768);
    put(config.putObject("text_config"), text)
        .put("model_type", "llama")
        .put("num_key_value_heads", text.heads())
        .put("hidden_act", "silu")
        .put("vocab_size", vocabulary)
        .put("max_position_embeddings", 4096)
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 10000.0)
        .put("bos_token_id", 1)
        .put("eos_token_id", 2)
        .put("tie_word_embeddings", false);
    config
        .putObject("scene_graph_config")
        .put("hidden_size", graph.hiddenSize())
        .put("num_attention_heads", graph.numAttentionHeads())
        .put("intermediate_size", graph.intermediateSize())
        .put("num_message_passing_layers", graph.numMessagePassingLayers())
        .put("num_prompt_layers", graph.numPromptLayers())
        .put("layer_norm_eps", graph.layerNormEps())
        .put("message_passing", graph.messagePassing())
        .put("prompt_attention", graph.promptAttention())
        .put("max_nodes", graph.maxNodes());
    config.put("sg_token_index", markers.sg());
    config.put("text_token_index", markers.text());
    return config;
  }

  /** The content of processor_config.json. */
  ObjectNode processor() {
    ObjectNode config = Json.object();
    ObjectNode image = config.putObject("image_processor");
    image.putObject("crop_size").put("height", imageSize).put("width", imageSize);
    image.putObject("size").put("shortest_edge", imageSize);
    image.put("do_center_crop", true).put("do_convert_rgb", true).put("do_normalize", true);
    image.put("do_rescale", true).put("do_resize", true).put("resample", 3);
    image.put("rescale_factor", 1.0 / 255).put("image_processor_type", "CLIPImageProcessor");
    image.putArray("image_mean").add(0.48145466).add(0.4578275).add(0.40821073);
    image.putArray("image_std").add(0.26862954).add(0.26130258).add(0.27577711);
    config.put("processor_class", "LlavaProcessor").put("patch_size", PATCH);
    return config.put("image_token", "<image>").put("num_additional_image_tokens", 1);
  }

  private static ObjectNode put(ObjectNode config, Tower tower) {
    return config
        .put("hidden_size", tower.hidden())
        .put("intermediate_size", tower.inner())
        .put("num_hidden_layers", tower.layers())
        .put("num_attention_heads", tower.heads());
  }

  private static String torchName(DType dtype) {
    return switch (dtype) {
      case BF16 -> "bfloat16";
      case F16 -> "float16";
      default -> "float32";
    };
  }
}

package io.llavasg.model.convert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.image.AspectRatio;
import io.llavasg.language.LlamaConfig;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.ModelFiles;
import io.llavasg.nn.Activation;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.DType;
import io.llavasg.vision.ClipVisionConfig;
import java.util.List;
import java.util.Locale;

/** The JSON that describes a LLaVA-SG: what {@code llava-hf} has, every field written out. */
final class ConfigJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ConfigJson() {}

  /** What transformers calls a dtype. */
  static String name(DType dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      default -> throw new IllegalArgumentException(dtype + " is no dtype of a model");
    };
  }

  /**
   * config.json.
   *
   * @param config with a scene graph
   * @param text the source's description of its language model, for what a configuration leaves out
   * @param vision the source's description of its tower, likewise
   */
  static ObjectNode config(
      LlavaSgConfig config,
      ModelFiles files,
      Vocabulary vocabulary,
      DType dtype,
      ConfigFile text,
      ConfigFile vision) {
    ObjectNode json = JSON.objectNode();
    json.putArray("architectures").add("LlavaSgForConditionalGeneration");
    json.put("dtype", name(dtype));
    json.put("ignore_index", -100);
    if (files.aspectRatio() != AspectRatio.PAD) {
      json.put("image_aspect_ratio", files.aspectRatio().name().toLowerCase(Locale.ROOT));
    }
    json.put("image_seq_length", config.vision().patches());
    json.put("image_token_index", vocabulary.id(Vocabulary.IMAGE));
    json.put("model_type", "llava_sg");
    json.put("multimodal_projector_bias", true);
    json.put("pad_token_id", vocabulary.id(Vocabulary.PAD));
    json.put("projector_hidden_act", name(config.projectorAct()));
    json.set("text_config", text(config.text(), files, vocabulary, text));
    json.put("tie_word_embeddings", config.text().tieWordEmbeddings());
    json.set("vision_config", vision(config.vision(), vision));
    json.put("vision_feature_layer", config.visionLayers() - config.vision().numHiddenLayers() - 1);
    json.put("vision_feature_select_strategy", "default");
    json.set("scene_graph_config", sceneGraph(config.sceneGraph().orElseThrow().config()));
    json.put("sg_token_index", vocabulary.id(Vocabulary.SG));
    json.put("text_token_index", vocabulary.id(Vocabulary.TEXT));
    return json;
  }

  private static ObjectNode text(
      LlamaConfig config, ModelFiles files, Vocabulary vocabulary, ConfigFile source) {
    ObjectNode json = JSON.objectNode();
    json.put("attention_bias", false);
    json.put("attention_dropout", 0.0);
    json.put("bos_token_id", source.integer("bos_token_id", 1));
    putEndTokens(json, files.endTokens());
    json.put("head_dim", config.headDim());
    json.put("hidden_act", name(config.hiddenAct()));
    json.put("hidden_size", config.hiddenSize());
    json.put("initializer_range", source.number("initializer_range", 0.02));
    json.put("intermediate_size", config.intermediateSize());
    json.put("max_position_embeddings", config.maxPositionEmbeddings());
    json.put("mlp_bias", false);
    json.put("model_type", "llama");
    json.put("num_attention_heads", config.numAttentionHeads());
    json.put("num_hidden_layers", config.numHiddenLayers());
    json.put("num_key_value_heads", config.numKeyValueHeads());
    json.put("pad_token_id", vocabulary.id(Vocabulary.PAD));
    json.put("pretraining_tp", 1);
    json.put("rms_norm_eps", config.rmsNormEps());
    boolean linear = config.rope().scale() != 1;
    ObjectNode rope = json.putObject("rope_parameters");
    rope.put("rope_theta", config.rope().theta()).put("rope_type", linear ? "linear" : "default");
    json.put("rope_theta", config.rope().theta()); // what transformers before 5 reads
    if (linear) {
      rope.put("factor", config.rope().scale());
      json.putObject("rope_scaling")
          .put("factor", config.rope().scale())
          .put("rope_type", "linear")
          .put("type", "linear");
    }
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
    json.put("use_cache", true);
    json.put("vocab_size", config.vocabSize());
    return json;
  }

  private static ObjectNode vision(ClipVisionConfig config, ConfigFile source) {
    ObjectNode json = JSON.objectNode();
    json.put("attention_dropout", 0.0);
    json.put("hidden_act", name(config.hiddenAct()));
    json.put("hidden_size", config.hiddenSize());
    json.put("image_size", config.imageSize());
    json.put("initializer_factor", source.number("initializer_factor", 1));
    json.put("initializer_range", source.number("initializer_range", 0.02));
    json.put("intermediate_size", config.intermediateSize());
    json.put("layer_norm_eps", config.layerNormEps());
    json.put("model_type", "clip_vision_model");
    json.put("num_attention_heads", config.numAttentionHeads());
    json.put("num_channels", 3);
    json.put("num_hidden_layers", config.numHiddenLayers());
    json.put("patch_size", config.patchSize());
    json.put("projection_dim", source.integer("projection_dim", 512));
    return json;
  }

  private static ObjectNode sceneGraph(SceneGraphConfig config) {
    return JSON.objectNode()
        .put("hidden_size", config.hiddenSize())
        .put("num_attention_heads", config.numAttentionHeads())
        .put("intermediate_size", config.intermediateSize())
        .put("num_message_passing_layers", config.numMessagePassingLayers())
        .put("num_prompt_layers", config.numPromptLayers())
        .put("layer_norm_eps", config.layerNormEps())
        .put("message_passing", config.messagePassing())
        .put("prompt_attention", config.promptAttention())
        .put("max_nodes", config.maxNodes());
  }

  /** generation_config.json. */
  static ObjectNode generation(ConfigFile text, ModelFiles files, Vocabulary vocabulary) {
    ObjectNode json = JSON.objectNode();
    json.put("bos_token_id", text.integer("bos_token_id", 1));
    putEndTokens(json, files.endTokens());
    return json.put("pad_token_id", vocabulary.id(Vocabulary.PAD));
  }

  /** processor_config.json: how a processor joins text and image. */
  static ObjectNode processor(ClipVisionConfig vision) {
    return JSON.objectNode()
        .put("image_token", Vocabulary.IMAGE)
        .put("num_additional_image_tokens", 1)
        .put("patch_size", vision.patchSize())
        .put("processor_class", "LlavaProcessor")
        .put("vision_feature_select_strategy", "default");
  }

  /**
   * preprocessor_config.json: the source's image processor with sizes in today's notation.
   *
   * @param source an image processor's fields; CLIP's own for those that it lacks
   */
  static ObjectNode imageProcessor(ConfigFile source, ClipVisionConfig vision) {
    ObjectNode json = JSON.objectNode();
    int size = vision.imageSize();
    json.set("crop_size", JSON.objectNode().put("height", size).put("width", size));
    for (String step : List.of("center_crop", "convert_rgb", "normalize", "rescale", "resize")) {
      json.put("do_" + step, true);
    }
    json.putArray("image_mean").add(.48145466).add(.4578275).add(.40821073);
    json.putArray("image_std").add(.26862954).add(.26130258).add(.27577711);
    json.put("resample", 3);
    json.put("rescale_factor", 1 / 255.0);
    json.set("size", JSON.objectNode().put("shortest_edge", size));
    for (String name : json.properties().stream().map(field -> field.getKey()).toList()) {
      if (source.has(name)) {
        json.set(name, source.value(name));
      }
    }
    if (json.path("crop_size").isInt()) {
      int side = json.path("crop_size").intValue();
      json.set("crop_size", JSON.objectNode().put("height", side).put("width", side));
    }
    if (json.path("size").isInt()) {
      json.set("size", JSON.objectNode().put("shortest_edge", json.path("size").intValue()));
    }
    return json.put("image_processor_type", "CLIPImageProcessor")
        .put("processor_class", "LlavaProcessor");
  }

  private static void putEndTokens(ObjectNode json, List<Integer> ids) {
    if (ids.size() == 1) {
      json.put("eos_token_id", ids.getFirst());
    } else {
      var array = json.putArray("eos_token_id");
      ids.forEach(array::add);
    }
  }

  private static String name(Activation activation) {
    return activation.name().toLowerCase(Locale.ROOT);
  }
}

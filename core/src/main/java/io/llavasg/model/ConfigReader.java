package io.llavasg.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.language.LlamaConfig;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Rope;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.vision.ClipVisionConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads config.json of every layout; an absent field takes transformers' default for its class. */
final class ConfigReader {
  private ConfigReader() {}

  /** A {@code llava-hf} or LLaVA-SG manifest. */
  static LlavaSgConfig llavaHf(ConfigFile config) {
    String strategy = config.string("vision_feature_select_strategy", "default");
    if (!strategy.equals("default")) {
      throw LlavaSgException.user(
          "'%s': vision_feature_select_strategy '%s' is not supported, only 'default'",
          config.path(), strategy);
    }
    if (!config.flag("multimodal_projector_bias", true)) {
      throw LlavaSgException.user("'%s': a projector without bias is unsupported", config.path());
    }
    // LlavaConfig's own default is LLaVA's tower, and not CLIPVisionConfig's.
    ClipVisionConfig vision =
        config.has("vision_config")
            ? clip(config.in("vision_config"))
            : ClipVisionConfig.LARGE_14_336;
    return config.checked(
        () ->
            new LlavaSgConfig(
                vision,
                llama(config.in("text_config")),
                layers(config, "vision_feature_layer", vision),
                Activation.parse(config.string("projector_hidden_act", "gelu")),
                sceneGraph(config)));
  }

  /** A {@code liuhaotian} manifest, whose tower has its own. */
  static LlavaSgConfig llavaOriginal(ConfigFile config, ConfigFile tower) {
    String projector = config.string("mm_projector_type", "linear");
    if (!projector.equals("mlp2x_gelu")) {
      throw LlavaSgException.user(
          "'%s': mm_projector_type '%s' is not LLaVA-1.5's mlp2x_gelu", config.path(), projector);
    }
    String feature = config.string("mm_vision_select_feature", "patch");
    if (!feature.equals("patch")) {
      throw LlavaSgException.user(
          "'%s': mm_vision_select_feature '%s' is not supported, only 'patch'",
          config.path(), feature);
    }
    ClipVisionConfig vision = clipDirectory(tower);
    return config.checked(
        () ->
            new LlavaSgConfig(
                vision,
                llama(config),
                layers(config, "mm_vision_select_layer", vision),
                Activation.GELU,
                Optional.empty()));
  }

  /** The vision half of a CLIP directory: {@code clip} or {@code clip_vision_model}. */
  static ClipVisionConfig clipDirectory(ConfigFile config) {
    return clip(config.has("vision_config") ? config.in("vision_config") : config);
  }

  /** {@code CLIPVisionConfig}. */
  static ClipVisionConfig clip(ConfigFile config) {
    String type = config.string("model_type", "clip_vision_model");
    if (!type.startsWith("clip")) {
      throw LlavaSgException.user(
          "'%s': the vision tower is a '%s', only CLIP is supported", config.path(), type);
    }
    return config.checked(
        () ->
            new ClipVisionConfig(
                config.size("hidden_size", 768),
                config.size("intermediate_size", 3072),
                config.size("num_hidden_layers", 12),
                config.size("num_attention_heads", 12),
                config.size("image_size", 224),
                config.size("patch_size", 32),
                config.number("layer_norm_eps", 1e-5),
                Activation.parse(config.string("hidden_act", "quick_gelu"))));
  }

  /** {@code LlamaConfig}. */
  static LlamaConfig llama(ConfigFile config) {
    String type = config.string("model_type", "llama");
    if (!type.equals("llama") && !type.startsWith("llava")) {
      throw LlavaSgException.user(
          "'%s': the language model is a '%s', only LLaMA is supported", config.path(), type);
    }
    if (config.flag("attention_bias", false) || config.flag("mlp_bias", false)) {
      throw LlavaSgException.user("'%s': LLaMA with biases is not supported", config.path());
    }
    int heads = config.size("num_attention_heads", 32);
    int hidden = config.size("hidden_size", 4096);
    if (!config.has("head_dim") && hidden % heads != 0) {
      throw LlavaSgException.user(
          "'%s': hidden_size %d is no multiple of num_attention_heads %d",
          config.path(), hidden, heads);
    }
    int headDim = config.size("head_dim", hidden / heads);
    return config.checked(
        () ->
            new LlamaConfig(
                config.size("vocab_size", 32000),
                hidden,
                config.size("intermediate_size", 11008),
                config.size("num_hidden_layers", 32),
                heads,
                config.size("num_key_value_heads", heads),
                headDim,
                config.size("max_position_embeddings", 2048),
                config.number("rms_norm_eps", 1e-6),
                rope(config, headDim),
                Activation.parse(config.string("hidden_act", "silu")),
                config.flag("tie_word_embeddings", false)));
  }

  /** {@code rope_parameters} of transformers 5, or {@code rope_theta} and {@code rope_scaling}. */
  private static Rope rope(ConfigFile config, int headDim) {
    ConfigFile scaling =
        config.has("rope_parameters") ? config.in("rope_parameters") : config.in("rope_scaling");
    if (headDim % 2 != 0) {
      throw LlavaSgException.user(
          "'%s': head_dim %d is odd, and rope turns pairs of dimensions", config.path(), headDim);
    }
    double theta = scaling.positive("rope_theta", config.positive("rope_theta", 10_000));
    String type = scaling.string("rope_type", scaling.string("type", "default"));
    if (type.equals("default")) {
      return new Rope(headDim, theta, 1);
    }
    if (type.equals("linear")) {
      return new Rope(headDim, theta, scaling.positive("factor", 1));
    }
    throw LlavaSgException.user(
        "'%s': rope_type '%s' is not supported, only default and linear", config.path(), type);
  }

  /** How many layers run for a feature layer given as −1, −2, … or as a count from the input. */
  private static int layers(ConfigFile config, String name, ClipVisionConfig vision) {
    int layer = config.integer(name, -2);
    return layer < 0 ? vision.numHiddenLayers() + 1 + layer : layer;
  }

  private static Optional<LlavaSgConfig.SceneGraph> sceneGraph(ConfigFile config) {
    if (!config.string("model_type", "").equals("llava_sg")) {
      return Optional.empty();
    }
    ConfigFile graph = config.in("scene_graph_config");
    SceneGraphConfig standard = SceneGraphConfig.DEFAULT;
    SceneGraphConfig shape =
        graph.checked(
            () ->
                new SceneGraphConfig(
                    graph.size("hidden_size", standard.hiddenSize()),
                    graph.size("num_attention_heads", standard.numAttentionHeads()),
                    graph.size("intermediate_size", standard.intermediateSize()),
                    graph.count("num_message_passing_layers", standard.numMessagePassingLayers()),
                    graph.count("num_prompt_layers", standard.numPromptLayers()),
                    graph.number("layer_norm_eps", standard.layerNormEps()),
                    graph.flag("message_passing", standard.messagePassing()),
                    graph.flag("prompt_attention", standard.promptAttention()),
                    graph.size("max_nodes", standard.maxNodes())));
    return Optional.of(
        new LlavaSgConfig.SceneGraph(
            shape,
            config.requiredInteger("sg_token_index"),
            config.requiredInteger("text_token_index")));
  }

  /** Ids that end an answer: {@code eos_token_id} as a number or a list. */
  static List<Integer> endTokens(ConfigFile config, List<Integer> otherwise) {
    JsonNode value = config.value("eos_token_id");
    if (value.isIntegralNumber()) {
      return List.of(value.intValue());
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : value) {
      if (!id.isIntegralNumber()) {
        throw config.wrong("eos_token_id", "a token id or a list of them");
      }
      ids.add(id.intValue());
    }
    if (!value.isMissingNode() && !value.isArray()) {
      throw config.wrong("eos_token_id", "a token id or a list of them");
    }
    return ids.isEmpty() ? otherwise : ids;
  }
}

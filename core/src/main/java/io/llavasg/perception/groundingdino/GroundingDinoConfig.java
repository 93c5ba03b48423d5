package io.llavasg.perception.groundingdino;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.nn.Activation;
import io.llavasg.perception.swin.SwinConfig;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Shape of a Grounding-DINO.
 *
 * @param backbone the image encoder
 * @param backboneStages stages of the backbone, counted from 1, whose maps are used
 * @param text the text encoder
 * @param dModel size of every feature, d
 * @param encoder layers that mix image and text
 * @param decoder layers that turn queries into boxes
 * @param numFeatureLevels maps of the image, those of the backbone and coarser ones
 * @param numQueries boxes that are proposed, at most
 * @param maxTextLen tokens of a caption, at most
 * @param positionalEmbeddingTemperature of the positions in the maps
 * @param boxHeads whether the decoder's layers share the head that moves boxes
 * @param variant whose computation is followed
 */
public record GroundingDinoConfig(
    SwinConfig backbone,
    SortedSet<Integer> backboneStages,
    BertConfig text,
    int dModel,
    Stack encoder,
    Stack decoder,
    int numFeatureLevels,
    int numQueries,
    int maxTextLen,
    double positionalEmbeddingTemperature,
    double layerNormEps,
    Activation activationFunction,
    BoxHeads boxHeads,
    Variant variant) {

  private static final String MODEL_TYPE = "grounding-dino";
  private static final List<Integer> PUBLISHED_STAGES = List.of(2, 3, 4);

  /** Groups of channels that the maps are normalised over. */
  static final int NORM_GROUPS = 32;

  /**
   * Layers of one kind.
   *
   * @param ffnDim inner size of the feed-forward networks
   * @param points samples per head and map of deformable attention
   */
  public record Stack(int layers, int ffnDim, int heads, int points) {
    /** Both stacks of the published models. */
    public static final Stack PUBLISHED = new Stack(6, 2048, 8, 4);
  }

  /** The heads that move boxes, one for each layer of the decoder. */
  public enum BoxHeads {
    /** All are the first. */
    SHARED,
    /** Each has weights of its own. */
    OWN
  }

  public GroundingDinoConfig {
    backboneStages = Collections.unmodifiableSortedSet(new TreeSet<>(backboneStages));
    if (backboneStages.isEmpty()
        || backboneStages.first() < 1
        || backboneStages.last() > backbone.stages()) {
      throw LlavaSgException.user(
          "out_indices %s of the backbone are not among its %d stages",
          backboneStages, backbone.stages());
    }
    if (numFeatureLevels < backboneStages.size()) {
      throw LlavaSgException.user(
          "num_feature_levels %d are fewer than out_indices %s of the backbone",
          numFeatureLevels, backboneStages);
    }
    requireMultiple(dModel, "encoder_attention_heads", encoder.heads());
    requireMultiple(dModel, "decoder_attention_heads", decoder.heads());
    requireMultiple(dModel, "groups of a norm", NORM_GROUPS);
    if (encoder.heads() % 2 != 0 || encoder.ffnDim() % encoder.heads() != 0) {
      throw LlavaSgException.user(
          "encoder_ffn_dim %d and encoder_attention_heads %d: half of the one has to be a multiple"
              + " of half of the other",
          encoder.ffnDim(), encoder.heads());
    }
    if (decoder.layers() < 1) {
      throw LlavaSgException.user("decoder_layers has to be 1 or more");
    }
  }

  private static void requireMultiple(int size, String name, int divisor) {
    if (size % divisor != 0) {
      throw LlavaSgException.user("d_model %d is no multiple of %s %d", size, name, divisor);
    }
  }

  /** {@code GroundingDINO_SwinT_OGC}: a Swin-T. */
  public static GroundingDinoConfig swinT() {
    return published(SwinConfig.of(96, List.of(2, 2, 6, 2), List.of(3, 6, 12, 24), 7));
  }

  /** {@code GroundingDINO_SwinB} (cogcoor): a Swin-B at 384 pixels. */
  public static GroundingDinoConfig swinB() {
    return published(SwinConfig.of(128, List.of(2, 2, 18, 2), List.of(4, 8, 16, 32), 12));
  }

  private static GroundingDinoConfig published(SwinConfig backbone) {
    return new GroundingDinoConfig(
        backbone,
        new TreeSet<>(PUBLISHED_STAGES),
        BertConfig.BASE,
        256,
        Stack.PUBLISHED,
        Stack.PUBLISHED,
        4,
        900,
        256,
        20,
        1e-5,
        Activation.RELU,
        BoxHeads.SHARED,
        Variant.OFFICIAL);
  }

  /**
   * Reads a configuration in the names of Hugging Face's {@code GroundingDinoConfig}, with its
   * defaults, those of its {@code SwinConfig} and of its {@code BertConfig}.
   *
   * @throws LlavaSgException user, if it is another model's, or asks for what is not built here
   */
  public static GroundingDinoConfig read(ConfigFile config) {
    requireWord(config, "model_type", MODEL_TYPE);
    requireWord(config.in("backbone_config"), "model_type", "swin");
    requireWord(config.in("text_config"), "model_type", "bert");
    requireWord(config, "position_embedding_type", "sine");
    for (String kind : new String[] {"two_stage", "embedding_init_target"}) {
      if (!config.flag(kind, true)) {
        throw config.wrong(kind, "true, as in all published models");
      }
    }
    return config.checked(
        () ->
            new GroundingDinoConfig(
                SwinConfig.read(config.in("backbone_config")),
                stages(config),
                BertConfig.read(config.in("text_config")),
                config.size("d_model", 256),
                stack(config, "encoder"),
                stack(config, "decoder"),
                config.size("num_feature_levels", 4),
                config.size("num_queries", 900),
                config.size("max_text_len", 256),
                config.positive("positional_embedding_temperature", 20),
                config.positive("layer_norm_eps", 1e-5),
                Activation.parse(config.string("activation_function", "relu")),
                config.flag("decoder_bbox_embed_share", true) ? BoxHeads.SHARED : BoxHeads.OWN,
                Variant.of(config.string("transformers_version", ""))));
  }

  /** Whether a config.json is of this model. */
  static boolean describes(ConfigFile config) {
    return config.string("model_type", "").equals(MODEL_TYPE);
  }

  private static void requireWord(ConfigFile config, String name, String word) {
    if (!config.string(name, word).equals(word)) {
      throw config.wrong(name, "\"" + word + "\"");
    }
  }

  private static Stack stack(ConfigFile config, String name) {
    Stack published = Stack.PUBLISHED;
    return new Stack(
        config.count(name + "_layers", published.layers()),
        config.size(name + "_ffn_dim", published.ffnDim()),
        config.size(name + "_attention_heads", published.heads()),
        config.size(name + "_n_points", published.points()));
  }

  /** A backbone that is described without its outputs has one: the last stage. */
  private static SortedSet<Integer> stages(ConfigFile config) {
    ConfigFile backbone = config.in("backbone_config");
    if (!config.has("backbone_config")) {
      return new TreeSet<>(PUBLISHED_STAGES);
    }
    int last = backbone.sizes("depths", List.of(2, 2, 6, 2)).size();
    return new TreeSet<>(backbone.sizes("out_indices", List.of(last)));
  }
}

package io.llavasg.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.image.AspectRatio;
import io.llavasg.language.LlamaConfig;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Rope;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.vision.ClipVisionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The fields that llava-hf/llava-1.5-7b states; all others are defaults. */
  private static final String LLAVA_7B =
      """
      {"model_type": "llava", "image_token_index": 32000, "projector_hidden_act": "gelu",
       "vision_feature_layer": -2, "vision_feature_select_strategy": "default",
       "text_config": {"max_position_embeddings": 4096, "model_type": "llama",
                       "rms_norm_eps": 1e-05, "vocab_size": 32064},
       "vision_config": {"hidden_size": 1024, "image_size": 336, "intermediate_size": 4096,
                         "model_type": "clip_vision_model", "num_attention_heads": 16,
                         "num_hidden_layers": 24, "patch_size": 14, "projection_dim": 768,
                         "vocab_size": 32000}}
      """;

  /** As the original LLaVA-1.5 states it, with nothing that has a default. */
  private static final String ORIGINAL =
      """
      {"model_type": "llava", "mm_vision_tower": "clip", "mm_projector_type": "mlp2x_gelu"}
      """;

  private static final ClipVisionConfig CLIP_L =
      new ClipVisionConfig(1024, 4096, 24, 16, 336, 14, 1e-5, Activation.QUICK_GELU);

  @TempDir private Path directory;

  private ModelFiles read(String json) throws IOException {
    Files.writeString(directory.resolve("config.json"), json);
    return ModelFiles.read(directory, Optional.empty());
  }

  /** A document with {@code value} at the dotted {@code path}; an empty value takes it away. */
  private static String with(String json, String path, String value) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(json);
    ObjectNode at = root;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      at = at.withObjectProperty(names[i]);
    }
    if (value.isEmpty()) {
      at.remove(names[names.length - 1]);
    } else {
      at.set(names[names.length - 1], JSON.readTree(value));
    }
    return root.toString();
  }

  private void assertRefused(String json, String... parts) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER);
              assertThat(e.getMessage())
                  .contains(directory.toString())
                  .contains(parts)
                  .doesNotContain("\n");
            });
  }

  @Test
  void absentFieldsTakeTheDefaultsOfTransformers() throws IOException {
    ModelFiles files = read(LLAVA_7B);
    LlamaConfig vicuna =
        new LlamaConfig(
            32064,
            4096,
            11008,
            32,
            32,
            32,
            128,
            4096,
            1e-5,
            new Rope(128, 10_000, 1),
            Activation.SILU,
            false);
    assertThat(files.config())
        .isEqualTo(new LlavaSgConfig(CLIP_L, vicuna, 23, Activation.GELU, Optional.empty()));
    assertThat(files.imageToken()).isEqualTo(OptionalInt.of(32000));
    assertThat(files.endTokens()).containsExactly(2);
    assertThat(files.aspectRatio()).isEqualTo(AspectRatio.PAD);
    assertThat(files.config().vision().patches()).isEqualTo(576);
  }

  @Test
  void noVisionConfigIsLlavasTowerAndAnEmptyOneIsBaseClip() throws IOException {
    LlavaSgConfig llava = read("{\"model_type\": \"llava\"}").config();
    assertThat(llava.vision()).isEqualTo(CLIP_L);
    assertThat(llava.visionLayers()).isEqualTo(23);
    LlavaSgConfig config = read("{\"model_type\": \"llava\", \"vision_config\": {}}").config();
    assertThat(config.vision())
        .isEqualTo(new ClipVisionConfig(768, 3072, 12, 12, 224, 32, 1e-5, Activation.QUICK_GELU));
    assertThat(config.text().vocabSize()).isEqualTo(32000);
    assertThat(config.text().maxPositionEmbeddings()).isEqualTo(2048);
    assertThat(config.text().rmsNormEps()).isEqualTo(1e-6);
    assertThat(config.visionLayers()).isEqualTo(11);
  }

  @Test
  void nullIsAbsent() throws IOException {
    String json = with(LLAVA_7B, "text_config.num_key_value_heads", "null");
    assertThat(read(json).config()).isEqualTo(read(LLAVA_7B).config());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rope_theta                             | 500             | 500 | 1",
        "rope_parameters                        | {\"rope_theta\": 7} | 7 | 1",
        "rope_scaling | {\"type\": \"linear\", \"factor\": 4} | 10000 | 4",
        "rope_scaling | {\"rope_type\": \"default\"} | 10000 | 1",
        "rope_parameters | {\"rope_theta\": 5, \"rope_type\": \"linear\", \"factor\": 2} | 5 | 2",
      })
  void ropeIsReadInOldAndNewForm(String name, String value, double theta, double scale)
      throws IOException {
    String json = with(LLAVA_7B, "text_config." + name, value);
    assertThat(read(json).config().text().rope()).isEqualTo(new Rope(128, theta, scale));
  }

  @ParameterizedTest
  @CsvSource({"-1, 24", "-2, 23", "-25, 0", "0, 0", "24, 24"})
  void featureLayerCountsFromEitherEnd(String layer, int run) throws IOException {
    assertThat(read(with(LLAVA_7B, "vision_feature_layer", layer)).config().visionLayers())
        .isEqualTo(run);
  }

  @Test
  void endTokensComeFromTheGenerationConfigFirst() throws IOException {
    String json = with(LLAVA_7B, "text_config.eos_token_id", "[5, 6]");
    assertThat(read(json).endTokens()).containsExactly(5, 6);
    Path generation = directory.resolve("generation_config.json");
    Files.writeString(generation, "{\"eos_token_id\": 9}");
    assertThat(read(json).endTokens()).containsExactly(9);
    Files.writeString(generation, "{}");
    assertThat(read(json).endTokens()).containsExactly(5, 6);
    Files.writeString(generation, "{\"eos_token_id\": [\"</s>\"]}");
    assertRefused(json, "generation_config.json", "eos_token_id has to be a token id");
    Files.writeString(generation, "{\"eos_token_id\": \"</s>\"}");
    assertRefused(json, "generation_config.json", "eos_token_id has to be a token id");
  }

  @Test
  void sceneGraphTakesTheStandardShape() throws IOException {
    String json = with(LLAVA_7B, "model_type", "\"llava_sg\"");
    assertRefused(json, "lacks sg_token_index");
    String marked = with(json, "sg_token_index", "32002");
    assertRefused(marked, "lacks text_token_index");
    String whole = with(marked, "text_token_index", "32003");
    assertThat(read(whole).config().sceneGraph())
        .contains(new LlavaSgConfig.SceneGraph(SceneGraphConfig.DEFAULT, 32002, 32003));
    assertRefused(with(whole, "sg_token_index", "32064"), "outside text_config.vocab_size 32064");
    assertRefused(with(whole, "text_token_index", "-1"), "text_token_index -1 is outside");
    String path = "scene_graph_config.";
    assertRefused(with(whole, path + "max_nodes", "0"), "max_nodes has to be a positive integer");
    assertRefused(with(whole, path + "num_attention_heads", "7"), "no multiple of num_attention");
    assertRefused(with(whole, path + "num_prompt_layers", "-1"), "num_prompt_layers", "negative");
    assertRefused(with(whole, path + "message_passing", "1"), "has to be true or false, not 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model_type                     | \"bert\"   | model_type 'bert' is not a LLaVA",
        "model_type                     | \"llama\"  | without vision: make a LLaVA-SG",
        "model_type                     | \"clip\"   | a vision tower alone",
        "model_type                     | 5          | model_type has to be a string, not 5",
        "vision_feature_select_strategy | \"full\"   | 'full' is not supported, only 'default'",
        "multimodal_projector_bias      | false      | projector without bias",
        "projector_hidden_act           | \"tanh\"   | unsupported activation 'tanh'",
        "vision_feature_layer           | -26        | asks for layer -1 of a tower",
        "vision_feature_layer           | 25         | num_hidden_layers 24",
        "vision_feature_layer           | [-2, -5]   | vision_feature_layer has to be an integer",
        "text_config                    | 3          | text_config has to be an object, not 3",
        "text_config.model_type         | \"qwen2\"  | 'qwen2', only LLaMA is supported",
        "text_config.attention_bias     | true       | LLaMA with biases",
        "text_config.mlp_bias           | true       | LLaMA with biases",
        "text_config.hidden_size        | 0          | text_config.hidden_size has to be a positive",
        "text_config.hidden_size        | 4096.5     | has to be an integer, not 4096.5",
        "text_config.vocab_size         | 9999999999 | has to be an integer",
        "text_config.hidden_size        | 4100       | no multiple of num_attention_heads 32",
        "text_config.head_dim           | 7          | head_dim 7 is odd",
        "text_config.num_key_value_heads| 5          | no multiple of num_key_value_heads 5",
        "text_config.rms_norm_eps       | \"1e-5\"   | rms_norm_eps has to be a number",
        "text_config.hidden_act         | \"elu\"    | unsupported activation 'elu'",
        "text_config.rope_theta         | 0          | rope_theta has to be a positive number",
        "text_config.rope_scaling       | {\"type\": \"yarn\"} | rope_type 'yarn' is not supported",
        "text_config.rope_scaling       | {\"type\": \"linear\", \"factor\": 0} | factor has to be",
        "text_config.tie_word_embeddings| \"no\"     | has to be true or false",
        "vision_config.model_type       | \"siglip\" | 'siglip', only CLIP is supported",
        "vision_config.hidden_size      | 1000       | no multiple of num_attention_heads 16",
        "vision_config.image_size       | 13         | smaller than patch_size 14",
        "vision_config.hidden_act       | \"elu\"    | unsupported activation 'elu'",
        "image_token_index              | \"x\"      | image_token_index has to be an integer",
        "image_aspect_ratio             | \"anyres\" | anyres",
      })
  void whatIsWrongIsNamed(String path, String value, String part) throws IOException {
    assertRefused(with(LLAVA_7B, path, value), part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mm_projector_type        |                | mm_projector_type 'linear'",
        "mm_projector_type        | \"identity\"   | is not LLaVA-1.5's mlp2x_gelu",
        "mm_vision_select_feature | \"cls_patch\"  | only 'patch'",
        "mm_vision_tower          | \"openai/none\" | put its directory beside the model as 'none'",
      })
  void originalLayoutIsCheckedToo(String path, String value, String part) throws IOException {
    Path tower = Files.createDirectories(directory.resolve("clip"));
    Files.writeString(tower.resolve("config.json"), "{\"model_type\": \"clip_vision_model\"}");
    assertRefused(with(ORIGINAL, path, value == null ? "" : value), part);
  }

  @Test
  void towerOfTheOriginalLayoutIsFoundOrGiven() throws IOException {
    Path tower = Files.createDirectories(directory.resolve("clip"));
    Files.writeString(
        tower.resolve("config.json"),
        "{\"model_type\": \"clip\", \"vision_config\": {\"patch_size\": 16}}");
    ModelFiles found = read(ORIGINAL);
    assertThat(found.config().vision().patchSize()).isEqualTo(16);
    assertThat(found.processor()).isEqualTo(tower);
    assertThat(found.imageToken()).isEmpty();
    assertThat(found.weights())
        .extracting(ModelFiles.Weights::layout)
        .isEqualTo(List.of(Layout.LLAVA_ORIGINAL, Layout.CLIP));
    Path other = Files.createDirectories(directory.resolve("other"));
    Files.writeString(other.resolve("config.json"), "{\"patch_size\": 8}");
    assertThat(ModelFiles.read(directory, Optional.of(other)).config().vision().patchSize())
        .isEqualTo(8);
  }

  @Test
  void filesThatAreNoConfigAreRefused() {
    assertRefused("[]", "holds no JSON object");
    assertRefused("{\"model_type\":", "is not valid JSON");
    assertThatThrownBy(() -> ModelFiles.read(directory.resolve("none"), Optional.empty()))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("there is no model at");
    assertThatThrownBy(
            () -> ModelFiles.read(Files.createDirectory(directory.resolve("x")), Optional.empty()))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("has no config.json");
  }
}

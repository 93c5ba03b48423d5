package io.llavasg.mini.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.language.LlamaConfig;
import io.llavasg.nn.Activation;
import io.llavasg.tensor.DType;
import io.llavasg.text.TokenizerFiles;
import io.llavasg.train.NetworkTrainer;
import io.llavasg.vision.ClipTextConfig;
import io.llavasg.vision.ClipVisionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Writes pretrained parts as they are published: a directory of CLIP's, a directory of LLaMA's. */
final class PartDirectory {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is written last: whoever finds it finds all. */
  static final String MANIFEST = "config.json";

  private PartDirectory() {}

  /** Whether a directory holds a whole part. */
  static boolean isComplete(Path directory) {
    return Files.isRegularFile(directory.resolve(MANIFEST));
  }

  /** A CLIP, its text encoder included; what only its training needed is left out. */
  static void writeClip(Path directory, ClipShape shape, NetworkTrainer<?> weights) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("CLIPModel");
    json.put("model_type", "clip").put("projection_dim", shape.projection());
    json.set("vision_config", vision(shape.vision(), shape.projection()));
    json.set("text_config", text(shape.text(), shape.projection()));
    finish(directory, json, weights, name -> !ContrastiveModel.isForTrainingAlone(name));
  }

  /** A CLIP's image processor: the published one, of this tower's size. */
  static void writeProcessor(Path directory, ClipVisionConfig vision) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    int side = vision.imageSize();
    json.put("image_processor_type", "CLIPImageProcessor");
    json.putObject("crop_size").put("height", side).put("width", side);
    json.putObject("size").put("shortest_edge", side);
    write(directory.resolve("preprocessor_config.json"), json);
  }

  private static ObjectNode vision(ClipVisionConfig config, int projection) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("model_type", "clip_vision_model")
        .put("hidden_size", config.hiddenSize())
        .put("intermediate_size", config.intermediateSize())
        .put("num_hidden_layers", config.numHiddenLayers())
        .put("num_attention_heads", config.numAttentionHeads())
        .put("image_size", config.imageSize())
        .put("patch_size", config.patchSize())
        .put("layer_norm_eps", config.layerNormEps())
        .put("hidden_act", name(config.hiddenAct()))
        .put("projection_dim", projection);
  }

  private static ObjectNode text(ClipTextConfig config, int projection) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("model_type", "clip_text_model")
        .put("vocab_size", config.vocabSize())
        .put("hidden_size", config.hiddenSize())
        .put("intermediate_size", config.intermediateSize())
        .put("num_hidden_layers", config.numHiddenLayers())
        .put("num_attention_heads", config.numAttentionHeads())
        .put("max_position_embeddings", config.maxPositionEmbeddings())
        .put("layer_norm_eps", config.layerNormEps())
        .put("hidden_act", name(config.hiddenAct()))
        .put("projection_dim", projection);
  }

  /**
   * A LLaMA with its tokenizer.
   *
   * @param tokenizer a directory with its files
   */
  static void writeLlama(
      Path directory, LlamaConfig config, Path tokenizer, NetworkTrainer<?> weights) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama")
        .put("vocab_size", config.vocabSize())
        .put("hidden_size", config.hiddenSize())
        .put("intermediate_size", config.intermediateSize())
        .put("num_hidden_layers", config.numHiddenLayers())
        .put("num_attention_heads", config.numAttentionHeads())
        .put("num_key_value_heads", config.numKeyValueHeads())
        .put("head_dim", config.headDim())
        .put("max_position_embeddings", config.maxPositionEmbeddings())
        .put("rms_norm_eps", config.rmsNormEps())
        .put("rope_theta", config.rope().theta())
        .put("hidden_act", name(config.hiddenAct()))
        .put("tie_word_embeddings", config.tieWordEmbeddings())
        .put("bos_token_id", 1)
        .put("eos_token_id", 2);
    create(directory);
    TokenizerFiles.write(TokenizerFiles.read(tokenizer), tokenizer, directory);
    finish(directory, json, weights, name -> true);
  }

  private static String name(Activation activation) {
    return activation.name().toLowerCase(Locale.ROOT);
  }

  private static void finish(
      Path directory, ObjectNode config, NetworkTrainer<?> weights, Predicate<String> names) {
    create(directory);
    weights.write(directory.resolve("model.safetensors"), DType.F32, names);
    write(directory.resolve(MANIFEST), config);
  }

  static void write(Path file, ObjectNode json) {
    create(file.toAbsolutePath().resolveSibling(""));
    try {
      Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot write '%s'", file);
    }
  }

  /** Copies the files of a directory, but not what is hidden or in folders in it. */
  static void copyFiles(Path from, Path to) {
    create(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).filter(PartDirectory::isSeen).toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot copy '%s' to '%s'", from, to);
    }
  }

  private static boolean isSeen(Path file) {
    return !file.getFileName().toString().startsWith(".");
  }

  static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "cannot write '%s': it is no directory that can be written to", directory);
    }
  }
}

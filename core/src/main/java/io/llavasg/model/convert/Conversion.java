package io.llavasg.model.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.NewDirectory;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.ShardedWriter;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.model.Layout;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.ModelFiles;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.DType;
import io.llavasg.text.TokenizerFiles;
import io.llavasg.text.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A LLaVA-SG to be made out of other checkpoints. */
public final class Conversion {
  static final String HEAD = "language_model.lm_head.weight";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "processor_config.json",
          "preprocessor_config.json",
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json");

  /** The images that a model was trained on, which stay the same if its weights do. */
  private static final List<String> KNOWN_IMAGES = List.of("image_domain.safetensors");

  private static final List<String> CHAT_TEMPLATES =
      List.of("chat_template.jinja", "chat_template.json");

  private final ModelFiles files;
  private final boolean projectorMayLack;

  private Conversion(ModelFiles files, boolean projectorMayLack) {
    this.files = files;
    this.projectorMayLack = projectorMayLack;
  }

  /**
   * Out of a LLaVA-1.5 in any layout, or a LLaVA-SG, which stays as it is.
   *
   * @param vision the vision tower's directory, where an original LLaVA's is not found by itself
   * @throws LlavaSgException user, if there is no such checkpoint
   */
  public static Conversion from(Path directory, Optional<Path> vision) {
    return new Conversion(ModelFiles.read(directory, vision), false);
  }

  /**
   * Out of a LLaMA or Vicuna and a CLIP.
   *
   * @param projector {@code mm_projector.bin}; without one, W_v is new
   * @throws LlavaSgException user, if a directory is not what it is given as
   */
  public static Conversion ofParts(Path languageModel, Path vision, Optional<Path> projector) {
    return new Conversion(ModelFiles.parts(languageModel, vision, projector), projector.isEmpty());
  }

  /**
   * What a conversion did.
   *
   * @param newParameters how many parameters are newly initialised
   * @param newProjector whether W_v is among them
   * @param dtype of the weights
   */
  public record Result(long newParameters, boolean newProjector, DType dtype) {}

  /**
   * Writes the model; weights stream through a few megabytes of memory.
   *
   * @param out a directory that is not there yet, or is empty
   * @throws LlavaSgException user, if the weights, their manifest and the tokenizer don't fit
   *     together; resources, if the disk is full. Then nothing is left behind.
   */
  public Result write(Path out, ConversionOptions options, WriteProgress progress) {
    NewDirectory.requireFree(out);
    try (Source source = new Source(files, projectorMayLack)) {
      ObjectNode tokenizer = TokenizerFiles.read(files.directory());
      if (files.config().sceneGraph().isPresent()) {
        return rewrite(source, out, options, progress);
      }
      DType dtype = options.dtype().orElse(source.embedding().dtype());
      Vocabulary vocabulary =
          Vocabulary.plan(
              tokenizer, files.imageToken(), files.config().text().vocabSize(), files.directory());
      LlavaSgConfig config =
          withGraph(vocabulary, options.sceneGraph().orElse(SceneGraphConfig.DEFAULT));
      ConfigFile text = textSection();
      double std = text.number("initializer_range", 0.02);
      Weights weights =
          new Weights(source, vocabulary, dtype, new FreshParameter(options.seed(), std));
      List<OutgoingTensor> tensors = weights.of(config);
      try (NewDirectory directory = new NewDirectory(out)) {
        Path to = directory.path();
        write(
            to,
            "config.json",
            ConfigJson.config(config, files, vocabulary, dtype, text, visionSection()));
        write(to, "generation_config.json", ConfigJson.generation(text, files, vocabulary));
        write(to, "processor_config.json", ConfigJson.processor(config.vision()));
        write(
            to,
            "preprocessor_config.json",
            ConfigJson.imageProcessor(imageProcessor(), config.vision()));
        copy(CHAT_TEMPLATES, to);
        TokenizerFiles.write(
            TokenizerJson.withSpecialTokens(tokenizer, vocabulary.ids()), files.directory(), to);
        ShardedWriter.write(to, tensors, ShardedWriter.SHARD_BYTES, progress);
        directory.publish();
      }
      return new Result(weights.fresh(), !source.absent().isEmpty(), dtype);
    }
  }

  /** A LLaVA-SG again: its own files, and its weights under the published names. */
  private Result rewrite(
      Source source, Path out, ConversionOptions options, WriteProgress progress) {
    if (options.sceneGraph().isPresent()) {
      throw LlavaSgException.user(
          "'%s' has a scene graph already: its shape cannot be chosen anew", files.directory());
    }
    List<OutgoingTensor> tensors = new ArrayList<>();
    source.all().forEach((name, tensor) -> tensors.add(kept(name, tensor, options)));
    DType dtype = options.dtype().orElse(source.embedding().dtype());
    try (NewDirectory directory = new NewDirectory(out)) {
      copy(FILES, directory.path());
      copy(CHAT_TEMPLATES, directory.path());
      copy(KNOWN_IMAGES, directory.path());
      if (options.dtype().isPresent()) {
        ObjectNode config = ModelFiles.manifest(files.directory()).node().deepCopy();
        config.remove("torch_dtype");
        write(directory.path(), "config.json", config.put("dtype", ConfigJson.name(dtype)));
      }
      ShardedWriter.write(directory.path(), tensors, ShardedWriter.SHARD_BYTES, progress);
      directory.publish();
    }
    return new Result(0, false, dtype);
  }

  /** New values for some of a model's weights, such as training has made. */
  @FunctionalInterface
  public interface Replacement {

    /**
     * The values to write for a weight, in its dtype and shape; empty leaves it as it is.
     *
     * @param stored under the name that modules ask for
     */
    Optional<OutgoingTensor.Content> of(StoredTensor stored);
  }

  /**
   * Writes a LLaVA-SG, or a LLaVA in the layout of {@code llava-hf}, again with some of its weights
   * replaced. All others are copied bit for bit, and so are its other files.
   *
   * @param out a directory that is not there yet, or is empty
   * @throws LlavaSgException user, if the model has another layout; resources, if the disk is full.
   *     Then nothing is left behind.
   */
  public static void rewrite(
      ModelFiles files, Path out, Replacement replacement, WriteProgress progress) {
    NewDirectory.requireFree(out);
    requireRewritable(files);
    Conversion conversion = new Conversion(files, false);
    try (Source source = new Source(files, false)) {
      List<OutgoingTensor> tensors = new ArrayList<>();
      source
          .all()
          .forEach(
              (name, tensor) -> {
                TensorInfo info = tensor.info().withName(Weights.published(name));
                tensors.add(
                    replacement
                        .of(tensor.withName(name))
                        .map(content -> new OutgoingTensor(info, content))
                        .orElseGet(() -> OutgoingTensor.of(tensor.withName(info.name()))));
              });
      try (NewDirectory directory = new NewDirectory(out)) {
        conversion.copy(FILES, directory.path());
        conversion.copy(CHAT_TEMPLATES, directory.path());
        ShardedWriter.write(directory.path(), tensors, ShardedWriter.SHARD_BYTES, progress);
        directory.publish();
      }
    }
  }

  /**
   * Whether {@link #rewrite} can write this model.
   *
   * @throws LlavaSgException user, if it cannot
   */
  public static void requireRewritable(ModelFiles files) {
    boolean inPlace =
        files.weights().stream().allMatch(weights -> weights.layout() == Layout.LLAVA_HF);
    if (!inPlace) {
      throw LlavaSgException.user(
          "'%s' is in a layout that is only read: make a LLaVA-SG of it with 'llava-sg convert --from"
              + " %s --out DIR' first",
          files.directory(), files.directory());
    }
  }

  private static OutgoingTensor kept(String name, StoredTensor tensor, ConversionOptions options) {
    return FloatFormat.convert(
        tensor, Weights.published(name), options.dtype().orElse(tensor.dtype()));
  }

  private LlavaSgConfig withGraph(Vocabulary vocabulary, SceneGraphConfig graph) {
    LlavaSgConfig base = files.config();
    return new LlavaSgConfig(
        base.vision(),
        base.text().withVocabSize(vocabulary.rows()),
        base.visionLayers(),
        base.projectorAct(),
        Optional.of(
            new LlavaSgConfig.SceneGraph(
                graph, vocabulary.id(Vocabulary.SG), vocabulary.id(Vocabulary.TEXT))));
  }

  private ConfigFile textSection() {
    ConfigFile config = ModelFiles.manifest(files.directory());
    return config.has("text_config") ? config.in("text_config") : config;
  }

  private ConfigFile visionSection() {
    ConfigFile config = ModelFiles.manifest(files.processor());
    return config.has("vision_config") ? config.in("vision_config") : config;
  }

  /** The fields of the source's image processor, none if it has none. */
  private ConfigFile imageProcessor() {
    Path nested = files.processor().resolve("processor_config.json");
    if (Files.exists(nested) && ConfigFile.read(nested).has("image_processor")) {
      return ConfigFile.read(nested).in("image_processor");
    }
    Path flat = files.processor().resolve("preprocessor_config.json");
    return Files.exists(flat)
        ? ConfigFile.read(flat)
        : new ConfigFile(flat, "", JsonNodeFactory.instance.objectNode());
  }

  private void copy(List<String> names, Path directory) {
    for (String name : names) {
      Path file = files.directory().resolve(name);
      if (Files.isRegularFile(file)) {
        try {
          Files.copy(file, directory.resolve(name));
        } catch (IOException e) {
          throw LlavaSgException.resources(e, "cannot copy '%s' into '%s'", file, directory);
        }
      }
    }
  }

  private static void write(Path directory, String name, ObjectNode json) {
    Path file = directory.resolve(name);
    try {
      Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot write '%s'", file);
    }
  }

  /** Parameters that a new Scene Graph Expression module and W_g of that shape add to a model. */
  public static long sceneGraphParameters(LlavaSgConfig config) {
    long count = 0;
    for (Map.Entry<String, List<Long>> entry : ParameterShapes.of(config).entrySet()) {
      if (entry.getKey().startsWith("scene_graph")) {
        count += new TensorInfo(entry.getKey(), DType.F32, entry.getValue()).elements();
      }
    }
    return count;
  }
}

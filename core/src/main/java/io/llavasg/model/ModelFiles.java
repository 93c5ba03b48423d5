package io.llavasg.model;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.image.AspectRatio;
import io.llavasg.nn.Activation;
import io.llavasg.vision.ClipVisionConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The files that make up a model, found by its manifest (config.json), never by what a path is
 * called.
 *
 * @param directory what the user named
 * @param weights where weights lie, each with its layout; of a tensor that two of them hold, the
 *     earlier counts
 * @param processor directory of the image processor's configuration
 * @param aspectRatio how an image becomes a square
 * @param imageToken id of {@code <image>}, in layouts whose tokenizer has it
 * @param endTokens ids that end an answer
 */
public record ModelFiles(
    Path directory,
    LlavaSgConfig config,
    List<Weights> weights,
    Path processor,
    AspectRatio aspectRatio,
    OptionalInt imageToken,
    List<Integer> endTokens) {

  /** Weights in one directory. */
  public record Weights(Path directory, Layout layout) {}

  public ModelFiles {
    weights = List.copyOf(weights);
    endTokens = List.copyOf(endTokens);
  }

  /**
   * Reads the manifest of a LLaVA or LLaVA-SG directory.
   *
   * @param visionTower where the tower of an original LLaVA is; if empty, the manifest's {@code
   *     mm_vision_tower} is looked for as a path, and beside and below the model
   * @throws LlavaSgException user, if the directory is no such checkpoint
   */
  public static ModelFiles read(Path directory, Optional<Path> visionTower) {
    ConfigFile config = manifest(directory);
    String type = config.string("model_type", "");
    return switch (type) {
      case "llava_sg" -> llavaHf(directory, config);
      case "llava", "llava_llama" ->
          config.has("mm_vision_tower")
              ? llavaOriginal(directory, config, visionTower)
              : llavaHf(directory, config);
      case "llama" ->
          throw LlavaSgException.user(
              "'%s' is a language model without vision: make a LLaVA-SG of it with 'llava-sg convert"
                  + " --llm %s --vision CLIP --out DIR'",
              directory, directory);
      case "clip", "clip_vision_model" ->
          throw LlavaSgException.user(
              "'%s' is a vision tower alone: make a LLaVA-SG of it with 'llava-sg convert --llm LLM"
                  + " --vision %s --out DIR'",
              directory, directory);
      default ->
          throw LlavaSgException.user(
              "'%s': model_type '%s' is not a LLaVA or LLaVA-SG", config.path(), type);
    };
  }

  /**
   * Reads the manifests of a language model and a vision tower that are to become one model.
   *
   * @param projector a file with W_v; without one, the model lacks it
   * @throws LlavaSgException user, if a directory is not what it is given as
   */
  public static ModelFiles parts(Path languageModel, Path vision, Optional<Path> projector) {
    ConfigFile config = manifest(languageModel);
    String type = config.string("model_type", "llama");
    if (type.startsWith("llava")) {
      throw LlavaSgException.user(
          "'%s' is a LLaVA already: convert it with --from %s", languageModel, languageModel);
    }
    ClipVisionConfig tower = ConfigReader.clipDirectory(manifest(vision));
    List<Weights> weights = new ArrayList<>();
    weights.add(new Weights(languageModel, Layout.LLAMA));
    weights.add(new Weights(vision, Layout.CLIP));
    projector.ifPresent(file -> weights.add(new Weights(file, Layout.LLAVA_ORIGINAL)));
    return new ModelFiles(
        languageModel,
        new LlavaSgConfig(
            tower,
            ConfigReader.llama(config),
            tower.numHiddenLayers() - 1,
            Activation.GELU,
            Optional.empty()),
        weights,
        vision,
        AspectRatio.PAD,
        OptionalInt.empty(),
        endTokens(languageModel, config));
  }

  /** The config.json of a checkpoint's directory. */
  public static ConfigFile manifest(Path directory) {
    if (!Files.exists(directory)) {
      throw LlavaSgException.user("there is no model at '%s'", directory);
    }
    Path manifest = directory.resolve("config.json");
    if (!Files.isRegularFile(manifest)) {
      throw LlavaSgException.user("'%s' is no checkpoint: it has no config.json", directory);
    }
    return ConfigFile.read(manifest);
  }

  private static ModelFiles llavaHf(Path directory, ConfigFile config) {
    return new ModelFiles(
        directory,
        ConfigReader.llavaHf(config),
        List.of(new Weights(directory, Layout.LLAVA_HF)),
        directory,
        aspectRatio(config),
        OptionalInt.of(config.integer("image_token_index", 32000)),
        endTokens(directory, config.in("text_config")));
  }

  private static ModelFiles llavaOriginal(
      Path directory, ConfigFile config, Optional<Path> visionTower) {
    Path tower =
        visionTower.orElseGet(() -> findTower(directory, config.string("mm_vision_tower", "")));
    return new ModelFiles(
        directory,
        ConfigReader.llavaOriginal(config, manifest(tower)),
        List.of(new Weights(directory, Layout.LLAVA_ORIGINAL), new Weights(tower, Layout.CLIP)),
        tower,
        aspectRatio(config),
        OptionalInt.empty(),
        endTokens(directory, config));
  }

  private static Path findTower(Path model, String name) {
    return towerDirectory(model, name)
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "the vision tower '%s' of '%s' is not here: put its directory beside the model"
                        + " as '%s', or name it with --vision",
                    name, model, Path.of(name).getFileName()));
  }

  /** The tower's directory from a name such as {@code openai/clip-vit-large-patch14-336}. */
  static Optional<Path> towerDirectory(Path model, String name) {
    Path given = Path.of(name);
    Path last = Optional.ofNullable(given.getFileName()).orElse(given);
    List<Path> candidates = new ArrayList<>();
    candidates.add(model.resolve(given));
    candidates.add(model.resolve(last));
    candidates.add(model.resolveSibling(last));
    candidates.add(model.toAbsolutePath().normalize().resolveSibling(given));
    candidates.add(given);
    return candidates.stream()
        .filter(candidate -> Files.isRegularFile(candidate.resolve("config.json")))
        .findFirst();
  }

  private static AspectRatio aspectRatio(ConfigFile config) {
    return config.checked(() -> AspectRatio.named(config.string("image_aspect_ratio", "pad")));
  }

  private static List<Integer> endTokens(Path directory, ConfigFile text) {
    Path generation = directory.resolve("generation_config.json");
    List<Integer> standard = ConfigReader.endTokens(text, List.of(2));
    return Files.isRegularFile(generation)
        ? ConfigReader.endTokens(ConfigFile.read(generation), standard)
        : standard;
  }
}

package io.llavasg.perception.ram;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.perception.CheckpointKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A RAM on disk, as its headers tell.
 *
 * @param weights the weight file, or a directory of some
 */
public record RamFiles(Path weights, RamConfig config, TagVocabulary vocabulary) {
  private static final String PATCHES =
      "visual_encoder.embeddings.patch_embeddings.projection.weight";
  private static final String BIASES =
      "visual_encoder.encoder.layers.0.blocks.0.attention.self.relative_position_bias_table";
  private static final String LABELS = "label_embed";

  /** A parameter that RAM++ has and RAM has not. */
  private static final String RAM_PLUS = "reweight_scale";

  /**
   * Finds out what is there.
   *
   * @param path a weight file, with or without a config.json and tag lists beside it, or a
   *     directory with one weight file in it. Without a config.json, the shape is one of the
   *     published ones, whichever the weights have
   * @throws LlavaSgException user, if there is no RAM, or its tags are not those of the tag list
   */
  public static RamFiles read(Path path) {
    Path weights = Files.isDirectory(path) ? weightsIn(path) : path;
    Map<String, TensorInfo> stored = Checkpoint.inspect(weights);
    Map<String, TensorInfo> tensors = RamLayout.weightMap().rename(stored);
    if (tensors.containsKey(RAM_PLUS)) {
      throw LlavaSgException.user(
          "'%s' is a RAM++, another model with some fifty texts for each tag; give a RAM, such as"
              + " ram_swin_large_14m.pth",
          weights);
    }
    String looks = CheckpointKind.describe(stored.keySet());
    TensorInfo labels = required(tensors, LABELS, weights, looks);
    TensorInfo patches = required(tensors, PATCHES, weights, looks);
    TensorInfo biases = required(tensors, BIASES, weights, looks);
    Path directory = Files.isDirectory(path) ? path : path.toAbsolutePath().resolveSibling("");
    RamConfig config =
        configIn(directory, Files.isDirectory(path))
            .map(RamConfig::read)
            .or(() -> published(patches, biases))
            .orElseThrow(
                () ->
                    LlavaSgException.user(
                        "'%s' is a RAM of no published size: put its config.json beside it",
                        weights));
    TagVocabulary vocabulary = TagVocabulary.in(directory);
    requireAllTags(weights, labels.shape().getFirst(), vocabulary);
    return new RamFiles(weights, config, vocabulary);
  }

  private static Path weightsIn(Path directory) {
    if (Stream.of("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
        .anyMatch(name -> Files.exists(directory.resolve(name)))) {
      return directory;
    }
    try (Stream<Path> children = Files.list(directory)) {
      List<Path> files =
          children
              .filter(file -> file.toString().matches(".*\\.(pth|pt|bin|safetensors)"))
              .toList();
      List<Path> rams = files.size() == 1 ? files : files.stream().filter(RamFiles::isRam).toList();
      if (rams.size() == 1) {
        return rams.getFirst();
      }
      throw LlavaSgException.user(
          "'%s' holds %d weight files (.pth, .pt, .bin, .safetensors), of which %d are RAM's: name"
              + " one",
          directory, files.size(), rams.size());
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be listed", directory);
    }
  }

  private static boolean isRam(Path file) {
    return RamLayout.weightMap().rename(Checkpoint.inspect(file)).containsKey(LABELS);
  }

  /** A config.json beside a file may be another model's, which says so; RAM's has no type. */
  private static Optional<ConfigFile> configIn(Path directory, boolean own) {
    Path path = directory.resolve("config.json");
    return Files.exists(path)
        ? Optional.of(ConfigFile.read(path)).filter(file -> own || !file.has("model_type"))
        : Optional.empty();
  }

  private static Optional<RamConfig> published(TensorInfo patches, TensorInfo biases) {
    long offsets = Math.round(Math.sqrt(biases.shape().getFirst()));
    return RamConfig.published(patches.shape().getFirst(), (offsets + 1) / 2);
  }

  private static TensorInfo required(
      Map<String, TensorInfo> tensors, String name, Path weights, String looks) {
    TensorInfo info = tensors.get(name);
    if (info == null || info.shape().isEmpty()) {
      throw LlavaSgException.user("'%s' holds no RAM, whose %s it lacks: %s", weights, name, looks);
    }
    return info;
  }

  private static void requireAllTags(Path weights, long known, TagVocabulary vocabulary) {
    if (known != vocabulary.size()) {
      throw LlavaSgException.user(
          "'%s' knows %d tags, and %s names %d: put the checkpoint's own list, one tag a line, beside"
              + " it as %s, and its thresholds as %s",
          weights,
          known,
          vocabulary.source(),
          vocabulary.size(),
          TagVocabulary.NAMES_FILE,
          TagVocabulary.THRESHOLDS_FILE);
    }
  }
}

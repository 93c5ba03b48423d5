package io.llavasg.perception.groundingdino;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.image.DetectorImageProcessor;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint's files say: its shape, the layout of its names, how images are prepared, and
 * where its tokenizer is.
 *
 * @param weights a directory or a file of weights
 * @param tokenizer a file; the vocabulary that ships with this library where absent
 */
public record GroundingDinoFiles(
    Path weights,
    GroundingDinoConfig config,
    GroundingDinoLayout layout,
    DetectorImageProcessor processor,
    Optional<Path> tokenizer) {

  private static final String PATCHES = "backbone.0.patch_embed.proj.weight";

  /**
   * Reads a directory in Hugging Face's layout, or a file of weights in either layout. What lies
   * beside a file counts if there is a config.json of this model with it; without one, a file in
   * the official layout is one of the two published models, as its tensors' shapes tell.
   *
   * @throws LlavaSgException user, if it is another model's checkpoint, or one that does not say
   *     what shape it has
   */
  public static GroundingDinoFiles of(Path path) {
    Map<String, TensorInfo> tensors = Checkpoint.inspect(path);
    GroundingDinoLayout layout = GroundingDinoLayout.of(tensors.keySet());
    Path directory = Files.isDirectory(path) ? path : path.resolveSibling("");
    Optional<ConfigFile> manifest = manifest(path, directory);
    if (manifest.isEmpty()) {
      GroundingDinoConfig config = published(path, layout, tensors);
      return new GroundingDinoFiles(
          path,
          config,
          layout,
          DetectorImageProcessor.PUBLISHED.rounding(layout.rounding()),
          file(directory, "vocab.txt"));
    }
    return new GroundingDinoFiles(
        path,
        GroundingDinoConfig.read(manifest.get()),
        layout,
        DetectorImageProcessor.read(directory).rounding(layout.rounding()),
        file(directory, "tokenizer.json").or(() -> file(directory, "vocab.txt")));
  }

  /** A directory has to have one; beside a file there may be another model's. */
  private static Optional<ConfigFile> manifest(Path path, Path directory) {
    Path file = directory.resolve("config.json");
    if (Files.isDirectory(path)) {
      return Optional.of(ConfigFile.read(file));
    }
    return Files.isRegularFile(file)
        ? Optional.of(ConfigFile.read(file)).filter(GroundingDinoConfig::describes)
        : Optional.empty();
  }

  private static Optional<Path> file(Path directory, String name) {
    return Optional.of(directory.resolve(name)).filter(Files::isRegularFile);
  }

  private static GroundingDinoConfig published(
      Path path, GroundingDinoLayout layout, Map<String, TensorInfo> tensors) {
    TensorInfo patches = tensors.getOrDefault(PATCHES, tensors.get("module." + PATCHES));
    if (layout == GroundingDinoLayout.OFFICIAL && patches != null) {
      for (GroundingDinoConfig config :
          new GroundingDinoConfig[] {GroundingDinoConfig.swinT(), GroundingDinoConfig.swinB()}) {
        if (patches.shape().getFirst() == config.backbone().embedDim()) {
          return config;
        }
      }
      throw LlavaSgException.user(
          "'%s' is a Grounding-DINO with neither a Swin-T nor a Swin-B; put its config.json beside"
              + " it",
          path);
    }
    throw LlavaSgException.user(
        layout == GroundingDinoLayout.OFFICIAL
            ? "'%s' is no whole Grounding-DINO, whose backbone it lacks: %s"
            : "'%s' is no Grounding-DINO checkpoint in the official layout: %s; for one of Hugging"
                + " Face's, give the directory with its config.json",
        path,
        CheckpointKind.describe(tensors.keySet()));
  }

  /** Opens the tokenizer; whoever asks closes it. */
  Tokenizer openTokenizer() {
    return tokenizer.map(Tokenizer::load).orElseGet(BertVocabulary::tokenizer);
  }
}

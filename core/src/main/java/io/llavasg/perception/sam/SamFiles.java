package io.llavasg.perception.sam;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WeightMap;
import io.llavasg.image.SquareImageProcessor;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.tensor.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A SAM on disk.
 *
 * @param path a directory with a config.json, or a weight file, with or without one beside it
 * @param map from the file's names to the modules'
 * @param processor of images: that beside the config.json, or the published one
 */
public record SamFiles(
    Path path, SamLayout layout, WeightMap map, SamConfig config, SquareImageProcessor processor) {

  /**
   * Reads headers alone.
   *
   * @throws LlavaSgException user, if there is no SAM
   */
  public static SamFiles read(Path path) {
    Optional<ConfigFile> file = configFile(path);
    Map<String, TensorInfo> stored = Checkpoint.inspect(path);
    SamLayout layout =
        SamLayout.of(stored.keySet())
            .orElseThrow(
                () ->
                    LlavaSgException.user(
                        "'%s' holds no SAM: %s; give a facebook/sam-vit-* directory or a"
                            + " sam_vit_*.pth file",
                        path, CheckpointKind.describe(stored.keySet())));
    WeightMap map = layout.weightMap(stored.keySet());
    SamConfig config =
        file.isPresent()
            ? SamConfig.read(file.get())
            : new SamShapes(path, map.rename(stored)).config();
    int edge = config.vision().imageSize();
    SquareImageProcessor processor =
        file.isPresent()
            ? SquareImageProcessor.read(directory(path), edge)
            : SquareImageProcessor.published(edge);
    return new SamFiles(path, layout, map, config, processor);
  }

  /** Where a config.json would be. */
  private static Path directory(Path path) {
    return Files.isDirectory(path) ? path : path.resolveSibling("");
  }

  /** A directory's config.json must be SAM's; that beside a file may be of anything else, too. */
  private static Optional<ConfigFile> configFile(Path path) {
    boolean directory = Files.isDirectory(path);
    Path file = directory(path).resolve("config.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    ConfigFile config = ConfigFile.read(file);
    String type = config.string("model_type", "sam");
    if (type.equals("sam") && config.has("vision_config")) {
      return Optional.of(config);
    }
    if (directory && !type.equals("sam")) {
      throw LlavaSgException.user(
          "'%s' describes a model of type %s, not a sam; give a SAM's directory or file",
          file, type);
    }
    return directory ? Optional.of(config) : Optional.empty();
  }

  /**
   * Loads the weights, strictly.
   *
   * @throws LlavaSgException user, if they are not those that the config describes
   */
  LoadedNetwork<SamModel> load(Precision precision, Device device) {
    return LoadedNetwork.load(
        path, map, precision, device, parameters -> new SamModel(parameters, config));
  }
}

package io.llavasg.eval;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.generate.Scene;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.cache.ImageKey;
import io.llavasg.perception.cache.PerceptionCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Entities that were found before: what perception kept, or an entities file for each image, {@code
 * a/b.json} for the image {@code a/b.jpg}.
 */
public final class EntitiesFolder implements SceneFinder {
  private final Path folder;
  private final Optional<PerceptionCache> cache;

  private EntitiesFolder(Path folder, Optional<PerceptionCache> cache) {
    this.folder = folder;
    this.cache = cache;
  }

  /**
   * Opens a folder; what is in it says which kind it is.
   *
   * @param warnings is told of damaged entries, a line each
   */
  public static EntitiesFolder open(Path folder, Consumer<String> warnings) {
    if (!Files.isDirectory(folder)) {
      throw LlavaSgException.user(
          "there is no folder '%s' with entities; --entities takes a folder with a file for each"
              + " image, or what 'perceive --batch' made",
          folder);
    }
    return new EntitiesFolder(
        folder,
        PerceptionCache.isPresent(folder)
            ? Optional.of(PerceptionCache.openExisting(folder, warnings))
            : Optional.empty());
  }

  @Override
  public Scene find(EvalItem item, byte[] bytes, RgbImage image) {
    String name = item.image().name();
    Optional<Entities> entities =
        cache.isPresent()
            ? cache.get().find(ImageKey.of(bytes)).map(Perceived::entities)
            : Optional.of(folder.resolve(name.replaceFirst("\\.[^./\\\\]*$", "") + ".json"))
                .filter(Files::isRegularFile)
                .map(EntitiesFile::read);
    return new Scene.Given(
        entities.orElseThrow(
            () -> LlavaSgException.user("'%s' has no entities of the image '%s'", folder, name)));
  }
}

package io.llavasg.data;

import io.llavasg.graph.Entities;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.cache.PerceptionCache;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** What perception found in the images, from the folder that it was kept in. */
public record CachedEntities(PerceptionCache cache) implements EntitiesSource {

  /**
   * The results in a folder.
   *
   * @param warnings is told of damaged entries, which count as missing, a line each
   */
  public static CachedEntities open(Path folder, Consumer<String> warnings) {
    return new CachedEntities(PerceptionCache.openExisting(folder, warnings));
  }

  @Override
  public Optional<Entities> find(Sample sample, Path image) {
    return cache.find(image).map(Perceived::entities);
  }
}

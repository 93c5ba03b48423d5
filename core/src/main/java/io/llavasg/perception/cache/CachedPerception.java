package io.llavasg.perception.cache;

import io.llavasg.LlavaSgException;
import io.llavasg.image.ImageFile;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.PerceptionPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A pipeline that looks into a cache first, and keeps there what it finds. Photos are read in the
 * orientation that the pipeline's configuration says.
 */
public final class CachedPerception {
  private final PerceptionPipeline pipeline;
  private final PerceptionCache cache;

  public CachedPerception(PerceptionPipeline pipeline, PerceptionCache cache) {
    this.pipeline = pipeline;
    this.cache = cache;
  }

  /** A photo that is not in the cache yet. */
  private record Unknown(Looked slot, RgbImage image) {}

  /**
   * What became of one photo of several.
   *
   * @param key of its content; empty where the file cannot be read
   * @param result empty where it failed
   * @param cached whether it was not looked at: the cache had it, or an earlier one of the photos
   *     holds the same
   * @param error why it failed; empty where it did not
   */
  public record Looked(
      Path file,
      Optional<ImageKey> key,
      Optional<Perceived> result,
      boolean cached,
      Optional<String> error) {

    private boolean isSettled() {
      return result.isPresent() || error.isPresent();
    }

    /** The same image once more, maybe under another name. */
    private Looked as(Looked first) {
      Optional<Perceived> same = first.result.map(found -> CachedPerception.named(found, file));
      return new Looked(file, key, same, same.isPresent(), first.error);
    }

    private Looked perceived(Perceived perceived) {
      return new Looked(file, key, Optional.of(perceived), false, error);
    }

    private Looked failed(String reason) {
      return new Looked(file, key, Optional.empty(), false, Optional.of(reason));
    }
  }

  /**
   * The entities of a photo.
   *
   * @throws LlavaSgException user, if it is none
   */
  public Perceived perceive(Path file) {
    return perceive(ImageFile.bytes(file), file);
  }

  /**
   * As {@link #perceive(Path)}, of a photo that is in memory already.
   *
   * @param file what it is called
   */
  public Perceived perceive(byte[] bytes, Path file) {
    ImageKey key = ImageKey.of(bytes);
    return cache
        .find(key)
        .map(found -> named(found, file))
        .orElseGet(
            () -> {
              RgbImage image = decode(bytes, file);
              Perceived perceived = named(pipeline.perceive(image), file);
              cache.store(key, image.size(), perceived);
              return perceived;
            });
  }

  /**
   * The entities of several photos, in their order; those that the cache lacks are looked at
   * together. A photo that cannot be read, or that perception refuses, fails alone.
   */
  public List<Looked> perceiveAll(List<Path> files) {
    List<Looked> all = new ArrayList<>();
    Map<ImageKey, Unknown> unknown = new LinkedHashMap<>();
    for (Path file : files) {
      all.add(look(file, unknown));
    }
    Map<ImageKey, Looked> done = new HashMap<>();
    perceive(List.copyOf(unknown.values()))
        .forEach(looked -> done.put(looked.key().orElseThrow(), looked));
    Set<ImageKey> told = new HashSet<>();
    all.replaceAll(
        looked -> {
          if (looked.isSettled()) {
            return looked;
          }
          ImageKey key = looked.key().orElseThrow();
          Looked first =
              Objects.requireNonNull(done.get(key), "every unknown photo has an outcome");
          return told.add(key) ? first : looked.as(first);
        });
    return all;
  }

  /** Looks into the cache; the image, decoded, goes to {@code unknown} where that has nothing. */
  private Looked look(Path file, Map<ImageKey, Unknown> unknown) {
    Looked looked = new Looked(file, Optional.empty(), Optional.empty(), false, Optional.empty());
    try {
      byte[] bytes = ImageFile.bytes(file);
      ImageKey key = ImageKey.of(bytes);
      Optional<Perceived> found = cache.find(key).map(perceived -> named(perceived, file));
      looked = new Looked(file, Optional.of(key), found, found.isPresent(), Optional.empty());
      if (found.isEmpty() && !unknown.containsKey(key)) {
        unknown.put(key, new Unknown(looked, decode(bytes, file)));
      }
      return looked;
    } catch (LlavaSgException e) {
      return looked.failed(userReason(e));
    }
  }

  private List<Looked> perceive(List<Unknown> unknown) {
    List<Looked> done = new ArrayList<>();
    try {
      List<Perceived> results = pipeline.perceiveAll(unknown.stream().map(Unknown::image).toList());
      for (int i = 0; i < results.size(); i++) {
        done.add(stored(unknown.get(i), results.get(i)));
      }
    } catch (RuntimeException e) {
      String reason = photosReason(e);
      if (unknown.size() == 1) {
        return List.of(unknown.getFirst().slot().failed(reason));
      }
      // One of them is at fault: each alone tells which.
      done.clear();
      unknown.forEach(one -> done.addAll(perceive(List.of(one))));
    }
    return done;
  }

  private Looked stored(Unknown unknown, Perceived result) {
    Looked slot = unknown.slot();
    Perceived named = named(result, slot.file());
    cache.store(slot.key().orElseThrow(), unknown.image().size(), named);
    return slot.perceived(named);
  }

  /**
   * What is wrong with a photo. A defect that one photo meets must not keep the others from being
   * looked at, again and again whenever the work is resumed; want of memory or of weights does.
   */
  private String photosReason(RuntimeException e) {
    boolean resources =
        e instanceof LlavaSgException known && known.fault() == LlavaSgException.Fault.RESOURCES;
    if (resources || pipeline.isUnloadable()) {
      throw e;
    }
    return e instanceof LlavaSgException ? String.valueOf(e.getMessage()) : e.toString();
  }

  /** The message of a user's error; others go on. */
  private static String userReason(LlavaSgException e) {
    if (e.fault() != LlavaSgException.Fault.USER) {
      throw e;
    }
    return String.valueOf(e.getMessage());
  }

  private static Perceived named(Perceived perceived, Path file) {
    return perceived.named(String.valueOf(file.getFileName()));
  }

  private RgbImage decode(byte[] bytes, Path file) {
    return ImageFile.decode(bytes, file.toString(), pipeline.config().orientation());
  }
}

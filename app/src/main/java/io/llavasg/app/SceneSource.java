package io.llavasg.app;

import io.llavasg.LlavaSgException;
import io.llavasg.generate.Scene;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.cache.CachedPerception;
import io.llavasg.perception.cache.ImageKey;
import io.llavasg.perception.cache.PerceptionCache;
import io.llavasg.perception.load.PerceptionFiles;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the scenes of images: entities from a file, from perception, or none. Perception's networks
 * load when they are first needed.
 */
final class SceneSource implements AutoCloseable {
  /** Images whose entities are remembered: data sets ask several questions about one in a row. */
  private static final int REMEMBERED = 64;

  private final SceneOptions options;
  private final boolean hasGraph;
  private final PrintWriter err;
  private final Optional<PerceptionPipeline> pipeline;
  private final Optional<CachedPerception> cached;
  private final Map<ImageKey, Entities> recent = new LinkedHashMap<>();

  /**
   * A scene.
   *
   * @param perceptionMillis how long perception took; 0 where it was not asked
   */
  record Seen(Scene scene, double perceptionMillis) {}

  SceneSource(SceneOptions options, ModelOptions model, PrintWriter err) {
    this(options, model, Orientation.APPLY_EXIF, err);
  }

  /**
   * @param orientation of the photos that perception sees
   */
  SceneSource(SceneOptions options, ModelOptions model, Orientation orientation, PrintWriter err) {
    this.options = options;
    this.err = err;
    model.compute().apply();
    ModelFiles files = ModelFiles.read(model.directory(), model.vision());
    LoadedModel.requireMemory(files, model.compute().precision(), model.compute().device());
    hasGraph = files.config().sceneGraph().isPresent();
    pipeline =
        perceives(model) ? Optional.of(pipeline(options, model, orientation)) : Optional.empty();
    cached =
        pipeline.flatMap(
            ready ->
                options
                    .cache()
                    .map(
                        folder ->
                            new CachedPerception(
                                ready,
                                PerceptionCache.open(
                                    folder,
                                    ready.fingerprint(),
                                    warning -> err.println("llava-sg: " + warning)))));
  }

  private boolean perceives(ModelOptions model) {
    return hasGraph
        && !options.noSceneGraph()
        && options.entities().isEmpty()
        && (directory(options, model).isPresent() || options.perception().namesCheckpoints());
  }

  private static PerceptionPipeline pipeline(
      SceneOptions options, ModelOptions model, Orientation orientation) {
    PerceptionConfig config = options.perception().config(orientation);
    PerceptionFiles files = options.perception().files(directory(options, model));
    files.requireFor(config);
    return options.perception().loader(files, config, model.compute()).pipeline();
  }

  private static Optional<Path> directory(SceneOptions options, ModelOptions model) {
    Path at = model.directory();
    return options
        .perceptionDirectory()
        .or(
            () ->
                Stream.of(
                        at.resolve("perception"),
                        at.toAbsolutePath().normalize().resolveSibling("perception"))
                    .filter(Files::isDirectory)
                    .findFirst());
  }

  /** What stands for all that decides what perception finds; empty where nothing perceives. */
  Optional<String> digest() {
    return pipeline.map(ready -> ready.fingerprint().digest());
  }

  /** Whether the model makes scene graphs. */
  boolean hasGraph() {
    return hasGraph;
  }

  /** Whether entities that come with a question are unused. */
  boolean ignoreEntities() {
    return options.noSceneGraph();
  }

  /** The scene of an image, as the options say. */
  Seen scene(RgbImage image, Path file) {
    if (options.entities().isPresent()) {
      Path entities = options.entities().get();
      return new Seen(
          new Scene.Given(EntitiesFile.read(entities, image.width(), image.height())), 0);
    }
    return perceived(image, file);
  }

  /** The scene of an image that no entities are given for. */
  Seen perceived(RgbImage image, Path file) {
    Optional<Scene> settled = withoutLooking();
    if (settled.isPresent()) {
      return new Seen(settled.get(), 0);
    }
    ImageKey key = ImageKey.of(file);
    @Nullable Entities known = recent.get(key);
    if (known != null) {
      return new Seen(new Scene.Given(known), 0);
    }
    Stopwatch perceiving = Stopwatch.started();
    try (Waiting waiting = Waiting.on("looking at the image", err)) {
      Entities entities =
          cached
              .map(cache -> cache.perceive(file))
              .orElseGet(() -> pipeline.orElseThrow().perceive(image))
              .entities();
      remember(key, entities);
      return new Seen(new Scene.Given(entities), perceiving.millis());
    }
  }

  /**
   * As {@link #perceived(RgbImage, Path)}, of an image that is in memory, silently.
   *
   * @param name what the image is called in messages
   */
  Scene perceived(RgbImage image, byte[] bytes, Path name) {
    Optional<Scene> settled = withoutLooking();
    if (settled.isPresent()) {
      return settled.get();
    }
    ImageKey key = ImageKey.of(bytes);
    @Nullable Entities known = recent.get(key);
    if (known == null) {
      known = look(image, bytes, name);
      remember(key, known);
    }
    return new Scene.Given(known);
  }

  private Entities look(RgbImage image, byte[] bytes, Path name) {
    return cached
        .map(cache -> cache.perceive(bytes, name))
        .orElseGet(() -> pipeline.orElseThrow().perceive(image))
        .entities();
  }

  /** The scene where none is wanted or possible; empty where perception is to look. */
  private Optional<Scene> withoutLooking() {
    if (options.noSceneGraph()) {
      return Optional.of(new Scene.None());
    }
    if (!hasGraph) {
      if (options.perceptionDirectory().isPresent() || options.perception().namesCheckpoints()) {
        throw LlavaSgException.user(
            "this model is plain LLaVA and takes no entities: ask without perception, or convert"
                + " it");
      }
      return Optional.of(new Scene.Unstated());
    }
    requireAny();
    return Optional.empty();
  }

  /** Refuses a model that has a scene graph, but nothing to find entities with. */
  void requireAny() {
    if (pipeline.isEmpty()) {
      throw LlavaSgException.user(
          "a scene graph needs entities: give them (--entities F.json), give the checkpoints that"
              + " find them (--perception DIR, or a directory 'perception' in or beside the model),"
              + " or ask without a scene graph (--no-scene-graph)");
    }
  }

  private void remember(ImageKey image, Entities entities) {
    if (recent.size() >= REMEMBERED) {
      recent.remove(recent.keySet().iterator().next());
    }
    recent.put(image, entities);
  }

  @Override
  public void close() {
    pipeline.ifPresent(PerceptionPipeline::close);
  }
}

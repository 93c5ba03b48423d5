package io.llavasg.app;

import io.llavasg.eval.EntitiesFolder;
import io.llavasg.eval.SceneFinder;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.ItemSet;
import io.llavasg.generate.Scene;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scenes of an evaluation, as the options say: none; a folder's; perception's; or, where
 * nothing is said, the data set's own entities before perception's.
 */
final class EvalScenes implements SceneFinder, AutoCloseable {
  private final SceneFinder finder;
  private final String description;
  private final @Nullable SceneSource perception;

  /**
   * @param set where all of its items have entities, perception is not needed
   */
  EvalScenes(SceneOptions options, ModelOptions model, ItemSet set, PrintWriter err) {
    perception =
        options.entities().isPresent()
            ? null
            : new SceneSource(options, model, Orientation.IGNORE_EXIF, err);
    boolean graph = !options.noSceneGraph() && (perception == null || perception.hasGraph());
    boolean asked =
        options.perceptionDirectory().isPresent() || options.perception().namesCheckpoints();
    if (!graph && !asked) {
      finder = SceneFinder.none();
      description = "none";
    } else if (options.entities().isPresent()) {
      finder =
          EntitiesFolder.open(
              options.entities().get(), warning -> err.println("llava-sg: " + warning));
      description = "entities of " + options.entities().get();
    } else if (asked) {
      finder = this::perceive;
      description = perceptionName();
    } else {
      boolean perceives = set.items().stream().anyMatch(item -> item.entities().isEmpty());
      if (perception != null && perceives) {
        perception.requireAny();
      }
      finder = SceneFinder.own(this::perceive);
      description = "the data set's own" + (perceives ? ", or " + perceptionName() : "");
    }
  }

  /** Another perception finds other entities, so that its answers are those of another run. */
  private String perceptionName() {
    return "perception "
        + Optional.ofNullable(perception).flatMap(SceneSource::digest).orElse("(none)");
  }

  private Scene perceive(EvalItem item, byte[] bytes, RgbImage image) {
    if (perception == null) {
      throw new IllegalStateException("perception was not asked for");
    }
    return perception.perceived(image, bytes, Path.of(item.image().name()));
  }

  @Override
  public Scene find(EvalItem item, byte[] bytes, RgbImage image) {
    return finder.find(item, bytes, image);
  }

  /** What a run's configuration says. */
  String description() {
    return description;
  }

  @Override
  public void close() {
    if (perception != null) {
      perception.close();
    }
  }
}

package io.llavasg.mini.perception;

import io.llavasg.graph.Entity;
import io.llavasg.image.RgbImage;
import io.llavasg.mini.world.Contact;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneRenderer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A picture and what is on it.
 *
 * @param entities with exact masks, and the masks' extents as boxes
 * @param scene what was drawn
 */
public record PerceptionExample(RgbImage image, List<Entity> entities, Scene scene) {

  public PerceptionExample {
    entities = List.copyOf(entities);
  }

  /** The drawn scene of a seed. */
  public static PerceptionExample drawn(SceneGenerator generator, long seed) {
    return of(generator.scene(seed));
  }

  /** A scene as it is drawn. */
  static PerceptionExample of(Scene scene) {
    SceneRenderer renderer = new SceneRenderer();
    return new PerceptionExample(
        renderer.render(scene), renderer.entities(scene, Optional.empty()).list(), scene);
  }

  static List<RgbImage> images(List<PerceptionExample> examples) {
    return examples.stream().map(PerceptionExample::image).toList();
  }

  /** How each of the entities lies against another; found anew each time. */
  List<Contact> contacts() {
    return Contact.of(scene);
  }

  /** The labels that there are. */
  Set<String> labels() {
    Set<String> labels = new TreeSet<>();
    entities.forEach(entity -> labels.add(entity.label()));
    return labels;
  }
}

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
 * @param contacts how each of them lies against another
 */
public record PerceptionExample(RgbImage image, List<Entity> entities, List<Contact> contacts) {

  public PerceptionExample {
    entities = List.copyOf(entities);
    contacts = List.copyOf(contacts);
  }

  /** The drawn scene of a seed. */
  public static PerceptionExample drawn(SceneGenerator generator, long seed) {
    return of(generator.scene(seed));
  }

  /** A scene as it is drawn. */
  static PerceptionExample of(Scene scene) {
    SceneRenderer renderer = new SceneRenderer();
    return new PerceptionExample(
        renderer.render(scene),
        renderer.entities(scene, Optional.empty()).list(),
        Contact.of(scene));
  }

  static List<RgbImage> images(List<PerceptionExample> examples) {
    return examples.stream().map(PerceptionExample::image).toList();
  }

  /** The labels that there are. */
  Set<String> labels() {
    Set<String> labels = new TreeSet<>();
    entities.forEach(entity -> labels.add(entity.label()));
    return labels;
  }
}

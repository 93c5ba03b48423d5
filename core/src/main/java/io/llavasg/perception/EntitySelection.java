package io.llavasg.perception;

import io.llavasg.graph.Box;
import io.llavasg.graph.Entities;
import io.llavasg.graph.Entity;
import io.llavasg.image.RgbImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The entities of one photo in the making: detections become entities, best first, until there are
 * as many as wanted. Masks that are empty or nearly equal to a better one are left out, so a few
 * more detections than wanted get a mask, and more again only if those do not suffice.
 */
final class EntitySelection {
  private final RgbImage image;
  private final PerceptionConfig config;
  private final List<Detection> waiting;
  private final List<Entity> kept = new ArrayList<>();

  EntitySelection(RgbImage image, List<Detection> detections, PerceptionConfig config) {
    this.image = image;
    this.config = config;
    waiting =
        new ArrayList<>(
            detections.stream()
                .filter(detection -> overlaps(detection.box()))
                .sorted(Comparator.comparingDouble(detection -> -detection.score()))
                .toList());
  }

  /** A box beside the photo has nothing that a mask could be of. */
  private boolean overlaps(Box box) {
    return box.x1() > 0 && box.y1() > 0 && box.x0() < image.width() && box.y0() < image.height();
  }

  RgbImage image() {
    return image;
  }

  boolean isComplete() {
    return waiting.isEmpty() || kept.size() >= config.maxEntities();
  }

  /** The boxes that get a mask next. */
  List<Box> nextBoxes() {
    return next().stream().map(Detection::box).toList();
  }

  private List<Detection> next() {
    int room = config.maxEntities() - kept.size();
    return waiting.subList(0, Math.min(waiting.size(), room + Math.max(1, room / 4)));
  }

  /** Takes the masks of {@link #nextBoxes}. */
  void take(List<Segment> segments) {
    List<Detection> next = next();
    if (segments.size() != next.size()) {
      throw new IllegalStateException(
          "the segmenter gave %d masks for %d boxes".formatted(segments.size(), next.size()));
    }
    for (int i = 0; i < next.size() && kept.size() < config.maxEntities(); i++) {
      Detection detection = next.get(i);
      Entity entity =
          new Entity(
              detection.label(),
              detection.score(),
              Optional.of(detection.box()),
              segments.get(i).mask());
      requireSize(entity);
      if (entity.mask().area() > 0 && !isDuplicate(entity)) {
        kept.add(entity);
      }
    }
    next.clear();
  }

  private void requireSize(Entity entity) {
    if (entity.mask().width() != image.width() || entity.mask().height() != image.height()) {
      throw new IllegalStateException(
          "the segmenter gave a mask of %d × %d for a photo of %d × %d pixels"
              .formatted(
                  entity.mask().width(), entity.mask().height(), image.width(), image.height()));
    }
  }

  private boolean isDuplicate(Entity entity) {
    return kept.stream()
        .anyMatch(better -> better.mask().iou(entity.mask()) > config.duplicateIou());
  }

  Entities entities() {
    return new Entities(Optional.empty(), kept);
  }
}

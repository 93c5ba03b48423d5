package io.llavasg.mini.perception;

import io.llavasg.graph.Box;
import io.llavasg.graph.Entity;
import io.llavasg.perception.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many of the things that are there were found, and how many detections are right: of the label
 * and with an intersection over union of at least a half. Each thing is found once, by the best
 * detection.
 */
final class DetectionCount {
  private static final double OVERLAP = .5;

  private int right;
  private int found;
  private int there;

  void add(List<Detection> detections, List<Entity> entities) {
    List<Entity> left = new ArrayList<>(entities);
    List<Detection> best = new ArrayList<>(detections);
    best.sort(Comparator.comparingDouble(Detection::score).reversed());
    for (Detection detection : best) {
      left.stream()
          .filter(entity -> entity.label().equals(detection.label()))
          .max(Comparator.comparingDouble(entity -> overlap(detection.box(), entity)))
          .filter(entity -> overlap(detection.box(), entity) >= OVERLAP)
          .ifPresent(
              entity -> {
                left.remove(entity);
                right++;
              });
    }
    found += detections.size();
    there += entities.size();
  }

  private static double overlap(Box box, Entity entity) {
    Box other = entity.box().orElseThrow();
    double width = Math.min(box.x1(), other.x1()) - Math.max(box.x0(), other.x0());
    double height = Math.min(box.y1(), other.y1()) - Math.max(box.y0(), other.y0());
    double both = Math.max(0, width) * Math.max(0, height);
    return both / (box.width() * box.height() + other.width() * other.height() - both);
  }

  double precision() {
    return (double) right / Math.max(1, found);
  }

  double recall() {
    return (double) right / Math.max(1, there);
  }
}

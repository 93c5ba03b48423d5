package io.llavasg.mini.perception;

import io.llavasg.graph.Box;
import io.llavasg.graph.Entity;
import io.llavasg.perception.Detection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which things that are there were found, and how many detections are right: of the label and with
 * an intersection over union of at least a half. Each thing is found once, by the best detection.
 */
final class DetectionCount {
  private static final double OVERLAP = .5;

  private int right;
  private int found;

  /**
   * @return of each entity, whether it was found
   */
  List<Boolean> add(List<Detection> detections, List<Entity> entities) {
    List<Boolean> seen = new ArrayList<>(Collections.nCopies(entities.size(), false));
    List<Detection> best = new ArrayList<>(detections);
    best.sort(Comparator.comparingDouble(Detection::score).reversed());
    for (Detection detection : best) {
      IntStream.range(0, entities.size())
          .filter(i -> !seen.get(i) && entities.get(i).label().equals(detection.label()))
          .boxed()
          .max(Comparator.comparingDouble(i -> overlap(detection.box(), entities.get(i))))
          .filter(i -> overlap(detection.box(), entities.get(i)) >= OVERLAP)
          .ifPresent(i -> seen.set(i, true));
    }
    right += Collections.frequency(seen, true);
    found += detections.size();
    return seen;
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
}

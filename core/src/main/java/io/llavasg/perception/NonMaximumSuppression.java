package io.llavasg.perception;

import io.llavasg.graph.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Greedy non-maximum suppression, whatever the labels: going from the best score down, a box stays
 * unless its intersection over union with one that stays is above a threshold.
 *
 * @param threshold from 0 to 1; 1 keeps all
 */
public record NonMaximumSuppression(double threshold) {

  /**
   * A candidate that stays, and those that are left out on its account.
   *
   * @param suppressed best first; none of them is in another group
   */
  public record Group<T>(T best, List<T> suppressed) {}

  /**
   * @return groups, the best first; of equal scores the candidate that comes first is the better
   */
  public <T> List<Group<T>> apply(
      List<T> candidates, Function<T, Box> box, ToDoubleFunction<T> score) {
    List<Group<T>> groups = new ArrayList<>();
    List<T> ordered = new ArrayList<>(candidates);
    ordered.sort(Comparator.comparingDouble(candidate -> -score.applyAsDouble(candidate)));
    for (T candidate : ordered) {
      Group<T> group = groupOf(candidate, groups, box);
      if (group == null) {
        groups.add(new Group<>(candidate, new ArrayList<>()));
      } else {
        group.suppressed().add(candidate);
      }
    }
    return groups;
  }

  private <T> @Nullable Group<T> groupOf(T candidate, List<Group<T>> groups, Function<T, Box> box) {
    for (Group<T> group : groups) {
      if (iou(box.apply(group.best()), box.apply(candidate)) > threshold) {
        return group;
      }
    }
    return null;
  }

  /** Intersection over union of two boxes; 0 where neither has an area. */
  public static double iou(Box a, Box b) {
    double width = Math.min(a.x1(), b.x1()) - Math.max(a.x0(), b.x0());
    double height = Math.min(a.y1(), b.y1()) - Math.max(a.y0(), b.y0());
    double both = Math.max(0, width) * Math.max(0, height);
    double either = a.width() * a.height() + b.width() * b.height() - both;
    return either > 0 ? both / either : 0;
  }
}

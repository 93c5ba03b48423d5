package io.llavasg.graph.draw;

import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Places boxes within an area, none over another, each as near as possible to where it belongs and
 * off the spots that should stay visible. Greedy: what is placed first gets the better place.
 */
final class LabelPlacer {

  /**
   * A point that boxes should not cover.
   *
   * @param cost how much farther a box rather goes, in its heights
   */
  record Spot(Point2D at, double cost) {}

  private static final int DIRECTIONS = 16;

  private final Rectangle2D area;
  private final double gap;
  private final List<Rectangle2D> taken = new ArrayList<>();
  private final List<Spot> spots;

  /** Keeps {@code gap} pixels between boxes, and avoids {@code spots} where it can. */
  LabelPlacer(Rectangle2D area, double gap, List<Spot> spots) {
    this.area = area;
    this.gap = gap;
    this.spots = List.copyOf(spots);
  }

  /**
   * Reserves a box of this size whose centre is near {@code wanted}, at most {@code farthest}
   * pixels off; empty if there is no room.
   */
  Optional<Rectangle2D> place(Point2D wanted, double width, double height, double farthest) {
    Rectangle2D best = null;
    double bestCost = Double.POSITIVE_INFINITY;
    double step = height / 2;
    for (double radius = 0; radius <= farthest && radius < bestCost; radius += step) {
      for (int k = 0; k < (radius == 0 ? 1 : DIRECTIONS); k++) {
        double angle = 2 * Math.PI * k / DIRECTIONS - Math.PI / 2;
        Rectangle2D box =
            clamped(
                wanted.getX() + radius * Math.cos(angle),
                wanted.getY() + radius * Math.sin(angle),
                width,
                height);
        double cost = cost(box, wanted);
        if (cost < bestCost) {
          best = box;
          bestCost = cost;
        }
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    taken.add(best);
    return Optional.of(best);
  }

  private Rectangle2D clamped(double centreX, double centreY, double width, double height) {
    double x = Math.min(centreX - width / 2, area.getMaxX() - gap - width);
    double y = Math.min(centreY - height / 2, area.getMaxY() - gap - height);
    return new Rectangle2D.Double(
        Math.max(x, area.getMinX() + gap), Math.max(y, area.getMinY() + gap), width, height);
  }

  private double cost(Rectangle2D box, Point2D wanted) {
    Rectangle2D wide =
        new Rectangle2D.Double(
            box.getX() - gap,
            box.getY() - gap,
            box.getWidth() + 2 * gap,
            box.getHeight() + 2 * gap);
    if (!area.contains(box) || taken.stream().anyMatch(wide::intersects)) {
      return Double.POSITIVE_INFINITY;
    }
    double covered =
        spots.stream().filter(spot -> wide.contains(spot.at)).mapToDouble(Spot::cost).sum();
    return wanted.distance(box.getCenterX(), box.getCenterY()) + covered * box.getHeight();
  }
}

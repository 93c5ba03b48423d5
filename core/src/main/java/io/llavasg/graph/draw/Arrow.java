package io.llavasg.graph.draw;

import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.QuadCurve2D;

/**
 * A curved arrow between two points. It bends to the left of its way, so that two arrows between
 * the same nodes do not lie on each other.
 */
record Arrow(Point2D start, Point2D bend, Point2D end, double width) {

  private static final double BENDING = .2;

  /**
   * An arrow from one node's dot to another's, which leaves {@code room} pixels to both centres.
   */
  static Arrow between(Point2D from, Point2D to, double room, double width) {
    double dx = to.getX() - from.getX();
    double dy = to.getY() - from.getY();
    Point2D bend =
        new Point2D.Double(
            (from.getX() + to.getX()) / 2 + BENDING * dy,
            (from.getY() + to.getY()) / 2 - BENDING * dx);
    return new Arrow(towards(from, bend, room), bend, towards(to, bend, room), width);
  }

  private static Point2D towards(Point2D from, Point2D to, double distance) {
    double share = distance / Math.max(distance, from.distance(to));
    return new Point2D.Double(
        from.getX() + share * (to.getX() - from.getX()),
        from.getY() + share * (to.getY() - from.getY()));
  }

  private double headLength() {
    return 5 + 2.6 * width;
  }

  /** The line, up to the middle of the head. */
  Shape line() {
    Point2D stop = towards(end, bend, .7 * headLength());
    return new QuadCurve2D.Double(
        start.getX(), start.getY(), bend.getX(), bend.getY(), stop.getX(), stop.getY());
  }

  /** The triangle at the end. */
  Shape head() {
    Point2D back = towards(end, bend, headLength());
    double halfX = .45 * (end.getY() - back.getY());
    double halfY = .45 * (back.getX() - end.getX());
    Path2D head = new Path2D.Double();
    head.moveTo(end.getX(), end.getY());
    head.lineTo(back.getX() + halfX, back.getY() + halfY);
    head.lineTo(back.getX() - halfX, back.getY() - halfY);
    head.closePath();
    return head;
  }

  /** The point at a share t of the way. */
  Point2D at(double t) {
    double a = (1 - t) * (1 - t);
    double b = 2 * t * (1 - t);
    double c = t * t;
    return new Point2D.Double(
        a * start.getX() + b * bend.getX() + c * end.getX(),
        a * start.getY() + b * bend.getY() + c * end.getY());
  }
}

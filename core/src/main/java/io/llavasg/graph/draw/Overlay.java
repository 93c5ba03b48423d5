package io.llavasg.graph.draw;

import java.awt.Color;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A photo under its entities' masks, their labels and the edges among them, laid out; coordinates
 * are pixels of the photo as drawn.
 *
 * @param area what is drawn in: the photo, and paper around one that is too narrow for labels
 * @param regions the masks
 * @param nodes the dots that arrows join; none where there are no arrows
 */
record Overlay(
    BufferedImage photo,
    Rectangle area,
    List<Region> regions,
    List<Dot> nodes,
    List<Link> links,
    List<Label> labels,
    Style style) {

  /** So little that colours stay what they are: answers are about them. */
  private static final double FILL = .1;

  private static final Color INK = new Color(0x14171c);
  private static final Color CASING = new Color(0, 0, 0, 140);
  private static final Color HALO = new Color(255, 255, 255, 215);
  private static final Color PILL = new Color(16, 18, 22, 200);

  /** A mask in its entity's colour. */
  record Region(Outline outline, Color colour) {}

  /** A node. */
  record Dot(Point2D centre, Color colour) {}

  /** A text in its box; the leader joins it to what it belongs to where that is far. */
  record Label(String text, Rectangle2D box, Color colour, Optional<Line2D> leader) {}

  /** An edge with its weight, if there was room for the text. */
  record Link(Arrow arrow, Color colour, double strength, Optional<Label> weight) {}

  /**
   * Sizes in pixels.
   *
   * @param line width of outlines
   * @param dot radius of nodes
   */
  record Style(Typeface typeface, Font labelFont, Font weightFont, double line, double dot) {}

  int width() {
    return area.width;
  }

  int height() {
    return area.height;
  }

  /** Draws with the area's top left corner at the surface's. */
  void drawOn(Surface surface) {
    if (width() > photo.getWidth() || height() > photo.getHeight()) {
      surface.fill(new Rectangle(width(), height()), SceneGraphPainter.PAPER);
    }
    drawPhoto(surface.shifted(-area.x, -area.y));
  }

  private void drawPhoto(Surface surface) {
    surface.image(photo, 0, 0);
    // Small masks lie on large ones.
    regions.stream()
        .sorted(Comparator.comparingLong(region -> -region.outline.area()))
        .forEach(
            region -> {
              surface.fill(region.outline.path(), Palette.withAlpha(region.colour, FILL));
              surface.stroke(region.outline.path(), CASING, 3.6 * style.line);
              surface.stroke(region.outline.path(), HALO, 2.4 * style.line);
              surface.stroke(region.outline.path(), region.colour, style.line);
            });
    for (Label label : labels) {
      label.leader.ifPresent(
          leader -> {
            surface.stroke(leader, CASING, 2.2 * style.line);
            surface.stroke(leader, label.colour, style.line);
          });
    }
    links.forEach(link -> drawArrow(surface, link));
    for (Dot node : nodes) {
      surface.fill(circle(node.centre, style.dot + style.line), CASING);
      surface.fill(circle(node.centre, style.dot), Color.WHITE);
      surface.fill(circle(node.centre, style.dot - style.line), node.colour);
    }
    for (Link link : links) {
      link.weight.ifPresent(
          weight -> drawText(surface, weight, style.weightFont, PILL, Color.WHITE));
    }
    for (Label label : labels) {
      drawText(surface, label, style.labelFont, label.colour, INK);
    }
  }

  private void drawArrow(Surface surface, Link link) {
    Arrow arrow = link.arrow;
    Color colour = Palette.withAlpha(link.colour, .55 + .45 * link.strength);
    surface.stroke(arrow.line(), CASING, arrow.width() + 1.6 * style.line);
    surface.stroke(arrow.head(), CASING, 1.6 * style.line);
    surface.stroke(arrow.line(), colour, arrow.width());
    surface.fill(arrow.head(), link.colour);
  }

  private void drawText(Surface surface, Label label, Font font, Color ground, Color ink) {
    Rectangle2D box = label.box;
    double arc = .5 * box.getHeight();
    surface.fill(
        new RoundRectangle2D.Double(
            box.getX(), box.getY(), box.getWidth(), box.getHeight(), arc, arc),
        ground);
    Typeface typeface = style.typeface;
    surface.text(
        label.text,
        box.getCenterX() - typeface.width(label.text, font) / 2,
        box.getCenterY() - typeface.lineHeight(font) / 2 + typeface.ascent(font),
        font,
        ink);
  }

  private static Shape circle(Point2D centre, double radius) {
    return new Ellipse2D.Double(
        centre.getX() - radius, centre.getY() - radius, 2 * radius, 2 * radius);
  }
}

package io.llavasg.graph.draw;

import io.llavasg.graph.Entity;
import io.llavasg.graph.SceneGraph;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Lays out an {@link Overlay}: sizes for the photo's, labels where there is room, arrows. */
final class OverlayLayout {

  /** Beyond so many entities, labels are smaller. */
  private static final int MANY = 10;

  /** What a label may take at least, in sizes of its font. */
  private static final int LEAST_LABEL = 11;

  /** What it costs a label to cover a node, and a ninth of a small thing. */
  private static final double NODE_COST = 2;

  private static final double PART_COST = .8;

  /** No area is narrower or lower, in pixels, however narrow or low the photo is. */
  static final int LEAST_WIDTH = 480;

  private static final int LEAST_HEIGHT = 120;

  /** Where along an arrow its weight may stand, best first. */
  private static final double[] WEIGHT_PLACES = {.5, .42, .58, .34, .66};

  /** An entity that can be drawn. */
  private record Item(String text, Color colour, Outline outline) {}

  private final BufferedImage photo;
  private final Rectangle area;
  private final Typeface typeface;
  private final Overlay.Style style;
  private final List<Optional<Item>> items;
  private final List<SceneGraph.Edge> edges;

  private OverlayLayout(
      BufferedImage photo, List<Entity> entities, List<SceneGraph.Edge> edges, Typeface typeface) {
    this.photo = photo;
    this.area = area(photo);
    this.typeface = typeface;
    double longSide = Math.max(photo.getWidth(), photo.getHeight());
    boolean many = entities.size() > MANY;
    double size = Math.max(many ? 11 : 13, longSide / (many ? 80 : 66));
    this.style =
        new Overlay.Style(
            typeface,
            typeface.bold(size),
            typeface.bold(.75 * size),
            Math.max(1.2, longSide / 800),
            .42 * size);
    this.items =
        IntStream.range(0, entities.size()).mapToObj(i -> item(i, entities.get(i))).toList();
    this.edges =
        edges.stream()
            .filter(e -> items.get(e.from()).isPresent() && items.get(e.to()).isPresent())
            .toList();
  }

  /** The photo, in the middle of some paper where it is too small for labels. */
  private static Rectangle area(BufferedImage photo) {
    int width = Math.max(photo.getWidth(), LEAST_WIDTH);
    int height = Math.max(photo.getHeight(), LEAST_HEIGHT);
    return new Rectangle(
        (photo.getWidth() - width) / 2, (photo.getHeight() - height) / 2, width, height);
  }

  /** Over a photo at the size it is drawn in; entities with an empty mask are left out. */
  static Overlay of(
      BufferedImage photo, List<Entity> entities, List<SceneGraph.Edge> edges, Typeface typeface) {
    return new OverlayLayout(photo, entities, edges, typeface).overlay();
  }

  private Optional<Item> item(int index, Entity entity) {
    String score = String.format(Locale.ROOT, " %.2f", entity.score());
    double most = Math.max(.4 * area.width, LEAST_LABEL * style.labelFont().getSize2D());
    double room = most - typeface.width(score, style.labelFont());
    String label = typeface.shortened(Typeface.line(entity.label()), style.labelFont(), room);
    return Outline.of(entity.mask(), photo.getWidth(), photo.getHeight())
        .map(outline -> new Item(label + score, Palette.of(index), outline));
  }

  private Overlay overlay() {
    List<Item> present = items.stream().flatMap(Optional::stream).toList();
    LabelPlacer placer = new LabelPlacer(area, 2 * style.line(), spots(present));
    List<Overlay.Label> labels = new ArrayList<>();
    present.stream()
        .sorted(Comparator.comparingLong(item -> item.outline.area()))
        .forEach(item -> label(item, placer).ifPresent(labels::add));
    List<Overlay.Dot> nodes =
        edges.isEmpty()
            ? List.of()
            : present.stream()
                .map(item -> new Overlay.Dot(item.outline.anchor(), item.colour))
                .toList();
    return new Overlay(
        photo,
        area,
        present.stream().map(item -> new Overlay.Region(item.outline, item.colour)).toList(),
        nodes,
        links(placer),
        labels,
        style);
  }

  /** What labels should not cover: every node, and of a small thing all of it. */
  private List<LabelPlacer.Spot> spots(List<Item> present) {
    List<LabelPlacer.Spot> spots = new ArrayList<>();
    for (Item item : present) {
      double cost = edges.isEmpty() ? PART_COST : NODE_COST;
      spots.add(new LabelPlacer.Spot(item.outline.anchor(), cost));
      Rectangle2D extent = item.outline.path().getBounds2D();
      if (isSmall(item, extent)) {
        for (int i = 0; i < 9; i++) {
          int row = i / 3;
          double x = extent.getX() + (.15 + .35 * (i % 3)) * extent.getWidth();
          double y = extent.getY() + (.15 + .35 * row) * extent.getHeight();
          spots.add(new LabelPlacer.Spot(new Point2D.Double(x, y), PART_COST));
        }
      }
    }
    return spots;
  }

  private boolean isSmall(Item item, Rectangle2D extent) {
    return extent.getHeight() < 3 * boxHeight() || extent.getWidth() < boxWidth(item);
  }

  private double boxHeight() {
    return typeface.lineHeight(style.labelFont()) * 1.2;
  }

  private double boxWidth(Item item) {
    return typeface.width(item.text, style.labelFont()) + .7 * boxHeight();
  }

  /** A label stands by its node; that of a small thing above it, so as not to hide it. */
  private Optional<Overlay.Label> label(Item item, LabelPlacer placer) {
    double height = boxHeight();
    double width = boxWidth(item);
    Rectangle2D extent = item.outline.path().getBounds2D();
    Point2D anchor = item.outline.anchor();
    double above = isSmall(item, extent) ? extent.getMinY() : anchor.getY() - 1.5 * style.dot();
    Point2D wanted = new Point2D.Double(anchor.getX(), above - .5 * height - 2 * style.line());
    double farthest = Math.max(area.width, area.height);
    return placer
        .place(wanted, width, height, farthest)
        .map(box -> new Overlay.Label(item.text, box, item.colour, leader(item, box)));
  }

  private static Optional<Line2D> leader(Item item, Rectangle2D box) {
    Rectangle2D near = item.outline.path().getBounds2D();
    double reach = box.getHeight();
    near.add(near.getMinX() - reach, near.getMinY() - reach);
    near.add(near.getMaxX() + reach, near.getMaxY() + reach);
    boolean beside = near.intersects(box);
    Point2D anchor = item.outline.anchor();
    return beside
        ? Optional.empty()
        : Optional.of(
            new Line2D.Double(box.getCenterX(), box.getCenterY(), anchor.getX(), anchor.getY()));
  }

  private List<Overlay.Link> links(LabelPlacer placer) {
    double strongest = edges.stream().mapToDouble(SceneGraph.Edge::weight).max().orElse(1);
    List<Overlay.Link> links = new ArrayList<>();
    for (SceneGraph.Edge edge : edges) {
      Item from = items.get(edge.from()).orElseThrow();
      Item to = items.get(edge.to()).orElseThrow();
      double strength = edge.weight() / Math.max(strongest, Float.MIN_NORMAL);
      Arrow arrow =
          Arrow.between(
              from.outline.anchor(),
              to.outline.anchor(),
              style.dot() + 2 * style.line(),
              style.line() * (.8 + 2 * strength));
      links.add(new Overlay.Link(arrow, from.colour, strength, weight(edge, arrow, placer)));
    }
    return links;
  }

  private Optional<Overlay.Label> weight(SceneGraph.Edge edge, Arrow arrow, LabelPlacer placer) {
    String text = String.format(Locale.ROOT, "%.2f", edge.weight());
    double height = typeface.lineHeight(style.weightFont()) * 1.05;
    double width = typeface.width(text, style.weightFont()) + .5 * height;
    if (arrow.start().distance(arrow.end()) < 2 * width) {
      return Optional.empty(); // it would hide the arrow
    }
    for (double place : WEIGHT_PLACES) {
      Optional<Rectangle2D> box = placer.place(arrow.at(place), width, height, .6 * height);
      if (box.isPresent()) {
        return box.map(b -> new Overlay.Label(text, b, Color.WHITE, Optional.empty()));
      }
    }
    return Optional.empty();
  }
}

package io.llavasg.graph.draw;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entity;
import io.llavasg.graph.SceneGraph;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Draws a scene graph over its photo: masks, labels with scores, the strongest edges as arrows from
 * the node attended to towards the node that attends, and a caption below.
 */
public final class SceneGraphPainter {

  /** The longer side of the photo as drawn, in pixels: small photos are enlarged for the labels. */
  private static final int SMALLEST = 1000;

  private static final int LARGEST = 1600;

  static final Color PAPER = new Color(0xfbfbfc);
  static final Color TEXT = new Color(0x1b1f27);
  static final Color FAINT = new Color(0x6b7280);

  /** More arrows than this cannot be told apart. */
  private static final int MOST_EDGES = 12;

  /** With up to so many nodes, two edges are drawn into each, otherwise one. */
  private static final int FEW_NODES = 8;

  private SceneGraphPainter() {}

  /**
   * A figure of about 1000 to 1600 pixels on its longer side; a narrow photo stands in the middle
   * of paper.
   *
   * @param photo of the size of the entities' masks
   * @param entities in the order of the graph's nodes
   */
  public static Figure figure(
      BufferedImage photo, List<Entity> entities, SceneGraph graph, Caption caption) {
    if (graph.nodes().size() != entities.size()) {
      throw LlavaSgException.user(
          "the scene graph has %d nodes for %d entities", graph.nodes().size(), entities.size());
    }
    requireSameSize(photo, entities);
    Typeface typeface = Typeface.load();
    int longSide = Math.max(photo.getWidth(), photo.getHeight());
    double scale = (double) Math.clamp(longSide, SMALLEST, LARGEST) / longSide;
    Overlay overlay = OverlayLayout.of(resized(photo, scale), entities, edges(graph), typeface);
    int width = overlay.width();
    int height = overlay.height();
    Strip strip = Strip.of(caption, width, typeface);
    return new Figure(
        width,
        height + strip.height,
        typeface,
        surface -> {
          overlay.drawOn(surface);
          strip.drawOn(surface.shifted(0, height));
        });
  }

  /** The edges that a picture shows. */
  static List<SceneGraph.Edge> edges(SceneGraph graph) {
    return graph.strongestEdges(graph.nodes().size() <= FEW_NODES ? 2 : 1, MOST_EDGES);
  }

  static BufferedImage resized(BufferedImage photo, double scale) {
    return Photo.scaled(
        photo,
        (int) Math.max(1, Math.round(photo.getWidth() * scale)),
        (int) Math.max(1, Math.round(photo.getHeight() * scale)));
  }

  static void requireSameSize(BufferedImage photo, List<Entity> entities) {
    for (Entity entity : entities) {
      if (entity.mask().width() != photo.getWidth()
          || entity.mask().height() != photo.getHeight()) {
        throw LlavaSgException.user(
            "the mask of '%s' is %d × %d pixels, but the photo is %d × %d",
            entity.label(),
            entity.mask().width(),
            entity.mask().height(),
            photo.getWidth(),
            photo.getHeight());
      }
    }
  }

  /** Question and answer, below each other, each with a letter in front. */
  private record Strip(
      TextBlock question,
      TextBlock answer,
      TextBlock q,
      TextBlock a,
      int width,
      double margin,
      int height) {

    static Strip of(Caption caption, int width, Typeface typeface) {
      double size = Math.clamp(width / 62.0, 13.0, 24.0);
      double margin = size;
      double room = width - 3.6 * margin;
      Font bold = typeface.bold(size);
      TextBlock question = block(caption.question(), room, bold, typeface);
      TextBlock answer = block(caption.answer(), room, typeface.plain(size), typeface);
      double text = question.height() + answer.height();
      boolean both = question.height() > 0 && answer.height() > 0;
      return new Strip(
          question,
          answer,
          TextBlock.of("Q", room, bold, FAINT, typeface),
          TextBlock.of("A", room, bold, FAINT, typeface),
          width,
          margin,
          text == 0 ? 0 : (int) Math.ceil(text + (both ? .4 : 0) * margin + 1.8 * margin));
    }

    private static TextBlock block(String text, double width, Font font, Typeface typeface) {
      TextBlock block = TextBlock.of(text, width, font, TEXT, typeface);
      return text.isBlank()
          ? new TextBlock(List.of(), font, TEXT, block.leading(), block.ascent())
          : block;
    }

    void drawOn(Surface surface) {
      if (height == 0) {
        return;
      }
      surface.fill(new Rectangle2D.Double(0, 0, width, height), PAPER);
      double y = margin;
      if (question.height() > 0) {
        q.drawOn(surface, margin, y);
        question.drawOn(surface, 2.6 * margin, y);
        y += question.height() + .4 * margin;
      }
      if (answer.height() > 0) {
        a.drawOn(surface, margin, y);
        answer.drawOn(surface, 2.6 * margin, y);
      }
    }
  }
}

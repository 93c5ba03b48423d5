package io.llavasg.graph.draw;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entity;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets models' answers beside each other, as the paper's Figure 3 does: the question, the photo,
 * the photo with its entities, and a card for each answer.
 *
 * <p>Under a wide photo the cards stand in a row; beside a tall one they stand in a column.
 */
public final class ComparisonPainter {

  private static final int WIDTH = 1600;
  private static final int MARGIN = 36;
  private static final int GAP = 24;
  private static final int PADDING = 22;

  /** Photos taller than this share of their width leave room for the cards beside them. */
  private static final double TALL = 1.1;

  /** Pictures are no higher than this. */
  private static final int HIGHEST = 1100;

  private static final Color GROUND = new Color(0xf1f3f6);
  private static final Color BORDER = new Color(0xd9dde4);
  private static final Color[] HEADS = {new Color(0x64748b), new Color(0x0f766e)};

  private final Typeface typeface = Typeface.load();
  private final List<Placed> placed = new ArrayList<>();

  /** Something to draw with its corner at (x, y). */
  private record Placed(int x, int y, Drawn drawn) {}

  @FunctionalInterface
  private interface Drawn {
    void on(Surface surface);
  }

  /** An answer's card, laid out for a width. */
  private record Card(TextBlock head, TextBlock body, Color colour, int width) {

    int headHeight() {
      return (int) Math.ceil(head.height() + .8 * PADDING);
    }

    int height() {
      return headHeight() + (int) Math.ceil(body.height() + 2 * PADDING);
    }

    void drawOn(Surface surface, int height) {
      surface.fill(new RoundRectangle2D.Double(0, 0, width, height, 20, 20), colour);
      surface.fill(
          new Rectangle2D.Double(0, headHeight(), width, height - headHeight() - 12), Color.WHITE);
      surface.fill(new RoundRectangle2D.Double(0, height - 24, width, 24, 20, 20), Color.WHITE);
      surface.stroke(new RoundRectangle2D.Double(0, 0, width, height, 20, 20), BORDER, 1);
      head.drawOn(surface, PADDING, .5 * PADDING);
      body.drawOn(surface, PADDING, headHeight() + PADDING);
    }
  }

  private ComparisonPainter() {}

  /**
   * A figure 1600 pixels wide.
   *
   * @param photo of the size of the entities' masks
   * @param answers one or more, the last one being the one to look at
   */
  public static Figure figure(
      BufferedImage photo, List<Entity> entities, String question, List<Answer> answers) {
    SceneGraphPainter.requireSameSize(photo, entities);
    if (answers.isEmpty()) {
      throw LlavaSgException.user("a comparison needs at least one answer");
    }
    return new ComparisonPainter().lay(photo, entities, question, answers);
  }

  private Figure lay(
      BufferedImage photo, List<Entity> entities, String question, List<Answer> answers) {
    int inner = WIDTH - 2 * MARGIN;
    TextBlock title =
        TextBlock.of(question, inner, typeface.bold(32), SceneGraphPainter.TEXT, typeface);
    int y = MARGIN + (int) Math.ceil(title.height()) + GAP / 2;
    placed.add(new Placed(MARGIN, MARGIN - 6, surface -> title.drawOn(surface, 0, 0)));
    boolean tall = photo.getHeight() > TALL * photo.getWidth();
    int widest = tall ? (inner - 2 * GAP) / 3 : (inner - GAP) / 2;
    double scale =
        Math.min((double) widest / photo.getWidth(), (double) HIGHEST / photo.getHeight());
    BufferedImage scaled = SceneGraphPainter.resized(photo, scale);
    Overlay overlay = OverlayLayout.of(scaled, entities, List.of(), typeface);
    int step = scaled.getWidth() + GAP;
    int down = (overlay.height() - scaled.getHeight()) / 2;
    placed.add(new Placed(MARGIN, y + down, surface -> surface.image(scaled, 0, 0)));
    placed.add(new Placed(MARGIN + step, y, overlay::drawOn));
    int beside = step + overlay.width() + GAP;
    int below = y + overlay.height();
    int bottom =
        tall
            ? Math.max(below, column(answers, MARGIN + beside, y, inner - beside))
            : row(answers, below + GAP, inner);
    int height = bottom + MARGIN;
    return new Figure(WIDTH, height, typeface, surface -> drawOn(surface, height));
  }

  private void drawOn(Surface surface, int height) {
    surface.fill(new Rectangle2D.Double(0, 0, WIDTH, height), GROUND);
    placed.forEach(item -> item.drawn.on(surface.shifted(item.x, item.y)));
  }

  /** Cards beside each other, equally high; returns where they end. */
  private int row(List<Answer> answers, int y, int inner) {
    int width = (inner - (answers.size() - 1) * GAP) / answers.size();
    List<Card> cards = cards(answers, width);
    int height = cards.stream().mapToInt(Card::height).max().orElse(0);
    for (int i = 0; i < cards.size(); i++) {
      Card card = cards.get(i);
      placed.add(
          new Placed(MARGIN + i * (width + GAP), y, surface -> card.drawOn(surface, height)));
    }
    return y + height;
  }

  /** Cards below each other; returns where they end. */
  private int column(List<Answer> answers, int x, int top, int width) {
    int y = top;
    for (Card card : cards(answers, width)) {
      placed.add(new Placed(x, y, surface -> card.drawOn(surface, card.height())));
      y += card.height() + GAP;
    }
    return y - GAP;
  }

  private List<Card> cards(List<Answer> answers, int width) {
    Font head = typeface.bold(21);
    Font body = typeface.plain(23);
    List<Card> cards = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i);
      double room = width - 2 * PADDING;
      cards.add(
          new Card(
              TextBlock.of(answer.model(), room, head, Color.WHITE, typeface),
              TextBlock.of(answer.text(), room, body, SceneGraphPainter.TEXT, typeface),
              HEADS[i == answers.size() - 1 ? 1 : 0],
              width));
    }
    return cards;
  }
}

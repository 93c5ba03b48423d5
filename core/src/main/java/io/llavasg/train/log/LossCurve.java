package io.llavasg.train.log;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Draws the loss over the steps: each step thin, their running mean thick. */
final class LossCurve {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 540;
  private static final int LEFT = 78;
  private static final int RIGHT = 24;
  private static final int TOP = 46;
  private static final int BOTTOM = 56;
  private static final int TICKS = 6;
  private static final Color INK = new Color(0x333333);
  private static final Color GRID = new Color(0xe2e2e2);
  private static final Color STEP = new Color(0xa9c6e6);
  private static final Color MEAN = new Color(0x1f5fa8);

  private final List<StepLine> steps;
  private final double lowest;
  private final double highest;
  private final double first;
  private final double last;
  private final double tick;

  private LossCurve(List<StepLine> steps) {
    this.steps = steps;
    double low = steps.stream().mapToDouble(StepLine::loss).min().orElse(0);
    double high = steps.stream().mapToDouble(StepLine::loss).max().orElse(1);
    tick = niceTick(Math.max(high - low, 1e-6));
    lowest = Math.floor(low / tick) * tick;
    highest = Math.max(lowest + tick, Math.ceil(high / tick) * tick);
    first = steps.isEmpty() ? 0 : steps.getFirst().step();
    last = steps.isEmpty() ? 1 : Math.max(first + 1, steps.getLast().step());
  }

  static BufferedImage draw(List<StepLine> all, String title) {
    LossCurve curve =
        new LossCurve(all.stream().filter(step -> Double.isFinite(step.loss())).toList());
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, WIDTH, HEIGHT);
      curve.grid(graphics);
      curve.lines(graphics);
      curve.words(graphics, title);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  /** 1, 2 or 5 times a power of ten, for some {@link #TICKS} lines over a range. */
  private static double niceTick(double range) {
    double rough = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  private double x(double step) {
    return LEFT + (step - first) / (last - first) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double loss) {
    return HEIGHT - BOTTOM - (loss - lowest) / (highest - lowest) * (HEIGHT - TOP - BOTTOM);
  }

  private void grid(Graphics2D graphics) {
    graphics.setColor(GRID);
    for (int i = 0; lowest + i * tick <= highest + tick / 2; i++) {
      int y = (int) Math.round(y(lowest + i * tick));
      graphics.drawLine(LEFT, y, WIDTH - RIGHT, y);
    }
  }

  private void lines(Graphics2D graphics) {
    // The mean reaches back over about a fiftieth of the steps.
    double weight = 1 / Math.clamp(steps.size() / 50.0, 1, 200);
    Path2D each = new Path2D.Double();
    Path2D smooth = new Path2D.Double();
    double mean = 0;
    for (int i = 0; i < steps.size(); i++) {
      StepLine step = steps.get(i);
      mean = i == 0 ? step.loss() : mean + weight * (step.loss() - mean);
      if (i == 0) {
        each.moveTo(x(step.step()), y(step.loss()));
        smooth.moveTo(x(step.step()), y(mean));
      } else {
        each.lineTo(x(step.step()), y(step.loss()));
        smooth.lineTo(x(step.step()), y(mean));
      }
    }
    stroke(graphics, each, STEP, 1.2f);
    stroke(graphics, smooth, MEAN, 2.4f);
  }

  private static void stroke(Graphics2D graphics, Path2D path, Color colour, float width) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(path);
  }

  private void words(Graphics2D graphics, String title) {
    graphics.setColor(INK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    graphics.drawString(title, LEFT, TOP - 18);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    int digits = (int) Math.clamp(Math.ceil(-Math.log10(tick)), 0, 9);
    for (int i = 0; lowest + i * tick <= highest + tick / 2; i++) {
      String text = String.format(Locale.ROOT, "%." + digits + "f", lowest + i * tick);
      int width = graphics.getFontMetrics().stringWidth(text);
      graphics.drawString(text, LEFT - 10 - width, (int) y(lowest + i * tick) + 5);
    }
    double stepTick = Math.max(1, niceTick(last - first));
    for (double step = Math.ceil(first / stepTick) * stepTick; step <= last; step += stepTick) {
      String text = String.format(Locale.ROOT, "%.0f", step);
      int width = graphics.getFontMetrics().stringWidth(text);
      graphics.drawString(text, (int) x(step) - width / 2, HEIGHT - BOTTOM + 20);
    }
    graphics.drawString("step", (WIDTH - RIGHT + LEFT) / 2 - 12, HEIGHT - 12);
  }
}

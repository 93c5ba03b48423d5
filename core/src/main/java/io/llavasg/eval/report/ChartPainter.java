package io.llavasg.eval.report;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.Interval;
import io.llavasg.graph.draw.Typeface;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A table as a picture: a panel for each column with a scale of its own, a line for each row, a
 * ring at the paper's figure and a dot with its 95 % interval at ours.
 */
public final class ChartPainter {
  private static final int WIDTH = 1280;
  private static final int PANELS_ABREAST = 4;
  private static final int LABELS = 250;
  private static final int MARGIN = 24;
  private static final int HEADER = 84;
  private static final int PANEL_HEADER = 30;
  private static final int PANEL_FOOTER = 34;
  private static final int LINE = 26;
  private static final int GAP = 22;
  private static final double RADIUS = 5;

  private static final Color INK = new Color(0x222222);
  private static final Color FAINT = new Color(0x8a8a8a);
  private static final Color GRID = new Color(0xe4e4e4);
  private static final Color PAPER = new Color(0xd1660a);
  private static final Color OURS = new Color(0x1f63b5);

  private final TableReport report;
  private final Typeface typeface = Typeface.load();
  private final Font plain = typeface.plain(13);
  private final Font small = typeface.plain(11);
  private final Font bold = typeface.bold(14);
  private final Font title = typeface.bold(18);
  private final Graphics2D graphics;
  private final BufferedImage image;
  private final int panelWidth;

  private ChartPainter(TableReport report) {
    this.report = report;
    int columns = report.table().columns().size();
    int abreast = Math.min(PANELS_ABREAST, columns);
    int bands = Math.ceilDiv(columns, abreast);
    this.panelWidth = (WIDTH - 2 * MARGIN - LABELS - abreast * GAP) / abreast;
    int height = HEADER + bands * bandHeight() + MARGIN;
    this.image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
    this.graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
  }

  /** Draws the chart. */
  public static BufferedImage paint(TableReport report) {
    ChartPainter painter = new ChartPainter(report);
    painter.paint();
    painter.graphics.dispose();
    return painter.image;
  }

  /** Writes the chart as a PNG file. */
  public static void write(TableReport report, Path file) {
    try {
      ImageIO.write(paint(report), "png", file.toFile());
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "'%s' cannot be written: %s", file, e.toString());
    }
  }

  private int bandHeight() {
    return PANEL_HEADER + report.lines().size() * LINE + PANEL_FOOTER;
  }

  private void paint() {
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    paintHeader();
    List<PaperTable.Column> columns = report.table().columns();
    int abreast = Math.min(PANELS_ABREAST, columns.size());
    for (int i = 0; i < columns.size(); i++) {
      int top = HEADER + i / abreast * bandHeight();
      if (i % abreast == 0) {
        paintLabels(top);
      }
      int left = MARGIN + LABELS + GAP + i % abreast * (panelWidth + GAP);
      paintPanel(columns.get(i), left, top);
    }
  }

  private void paintHeader() {
    text(
        "Table %d. %s".formatted(report.table().number(), report.table().title()),
        MARGIN,
        MARGIN + 16,
        title,
        INK);
    double y = MARGIN + 42;
    ring(MARGIN + RADIUS, y - 4);
    text("paper", MARGIN + 18, y, plain, INK);
    dot(MARGIN + 84, y - 4);
    text("measured, with its 95 % interval", MARGIN + 96, y, plain, INK);
  }

  private void paintLabels(int top) {
    for (int i = 0; i < report.lines().size(); i++) {
      TableReport.Line line = report.lines().get(i);
      boolean isRun = line.cells().values().stream().anyMatch(cell -> cell.measured().isPresent());
      String label = typeface.shortened(line.title(), plain, LABELS);
      double x = MARGIN + LABELS - typeface.width(label, plain);
      text(label, x, centre(top, i) + 4, plain, isRun ? INK : FAINT);
    }
  }

  private static double centre(int top, int line) {
    return top + PANEL_HEADER + (line + .5) * LINE;
  }

  private void paintPanel(PaperTable.Column column, int left, int top) {
    List<Cell> cells = new ArrayList<>();
    report.lines().forEach(line -> cells.add(line.cells().get(column.id())));
    text(column.title(), left, top + 18, bold, INK);
    Scale scale = Scale.of(cells, left, panelWidth);
    double bottom = top + PANEL_HEADER + cells.size() * LINE;
    for (double tick : scale.ticks()) {
      double x = scale.x(tick);
      line(x, top + PANEL_HEADER, x, bottom, GRID, 1);
      String label = scale.label(tick);
      text(label, x - typeface.width(label, small) / 2, bottom + 15, small, FAINT);
    }
    for (int i = 0; i < cells.size(); i++) {
      double y = centre(top, i);
      line(left, y, left + panelWidth, y, GRID, 1);
      Cell cell = cells.get(i);
      cell.paper().ifPresent(figure -> ring(scale.x(figure), y));
      cell.measured()
          .ifPresentOrElse(
              estimate -> measured(estimate, scale, y), () -> notRun(cell, scale, left, y));
    }
  }

  /** Says so at the end of the line that has no ring. */
  private void notRun(Cell cell, Scale scale, int left, double y) {
    double width = typeface.width(TableText.NOT_RUN, small);
    boolean ringOnRight = cell.paper().map(scale::x).orElse(0.0) > left + panelWidth / 2.0;
    double x = ringOnRight ? left + 2 : left + panelWidth - width - 2;
    graphics.setColor(Color.WHITE);
    graphics.fill(new Rectangle2D.Double(x - 2, y - 7, width + 4, 14));
    text(TableText.NOT_RUN, x, y + 4, small, FAINT);
  }

  private void measured(Estimate estimate, Scale scale, double y) {
    estimate
        .interval()
        .ifPresent(known -> line(scale.x(known.low()), y, scale.x(known.high()), y, OURS, 2.5));
    dot(scale.x(estimate.value()), y);
  }

  private void ring(double x, double y) {
    graphics.setColor(PAPER);
    graphics.setStroke(new BasicStroke(2));
    graphics.draw(new Ellipse2D.Double(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS));
  }

  private void dot(double x, double y) {
    graphics.setColor(OURS);
    graphics.fill(new Ellipse2D.Double(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS));
  }

  private void line(double x0, double y0, double x1, double y1, Color colour, double width) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke((float) width));
    graphics.draw(new Line2D.Double(x0, y0, x1, y1));
  }

  private void text(String text, double x, double baseline, Font font, Color colour) {
    graphics.setColor(colour);
    graphics.setFont(font);
    graphics.drawString(text, (float) x, (float) baseline);
  }

  /** A panel's axis: from a little below its least value to a little above its greatest. */
  private record Scale(double low, double high, double step, double left, double width) {
    private static final double MARGIN_SHARE = .08;
    private static final int MOST_TICKS = 5;
    private static final double[] STEPS = {1, 2, 5, 10};

    static Scale of(List<Cell> cells, double left, double width) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (double value : values(cells)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (low > high) {
        low = 0;
        high = 100;
      }
      double margin = Math.max(.5, MARGIN_SHARE * (high - low));
      double from = low - margin;
      double to = high + margin;
      return new Scale(from, to, step(to - from), left, width);
    }

    private static List<Double> values(List<Cell> cells) {
      List<Double> values = new ArrayList<>();
      for (Cell cell : cells) {
        cell.paper().ifPresent(values::add);
        cell.measured().map(Estimate::value).ifPresent(values::add);
        cell.measured().flatMap(Estimate::interval).map(Interval::low).ifPresent(values::add);
        cell.measured().flatMap(Estimate::interval).map(Interval::high).ifPresent(values::add);
      }
      return values;
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double step(double range) {
      double power = Math.pow(10, Math.floor(Math.log10(range / MOST_TICKS)));
      for (double step : STEPS) {
        if (range / (step * power) <= MOST_TICKS) {
          return step * power;
        }
      }
      return STEPS[STEPS.length - 1] * power;
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      double first = Math.ceil(low / step) * step + 0.0; // no negative zero
      for (double tick = first; tick <= high; tick += step) {
        ticks.add(tick);
      }
      return ticks;
    }

    String label(double tick) {
      return String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", tick);
    }

    double x(double value) {
      return left + width * (value - low) / (high - low);
    }
  }
}

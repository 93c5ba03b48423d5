package io.llavasg.graph;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;

/**
 * Pooling weights of masks over a grid of patch features, so that node features are one matrix
 * product: F_e (N × d_e) = weights (N × h_v·w_v) · F_v (h_v·w_v × d_e).
 *
 * <p>Row n is A_y · M_n · A_xᵀ / |M_n|, where A_y (h_v × canvas height) and A_x (w_v × canvas
 * width) interpolate as {@code grid_sample(bilinear, border, align_corners=false)} does at pixel
 * centres: the mean over the mask's pixels of the bilinear sample of F_v. A run of ones in a column
 * adds a difference of prefix sums of A_y, so the cost goes with runs and columns, not with pixels.
 *
 * @param weights a row of h_v·w_v weights, row-major, that add up to 1, for each mask in {@code
 *     nodes}
 * @param nodes indices of the masks that have a pixel on the canvas, in their order
 * @param offCanvas indices of the masks that have none: these entities never become nodes
 */
public record NodePooling(List<float[]> weights, List<Integer> nodes, List<Integer> offCanvas) {

  public NodePooling {
    weights = List.copyOf(weights);
    nodes = List.copyOf(nodes);
    offCanvas = List.copyOf(offCanvas);
  }

  /**
   * Weights of {@code masks}, all of one size, for a grid of {@code gridHeight} × {@code gridWidth}
   * patches that covers the canvas.
   */
  public static NodePooling of(List<Mask> masks, Canvas canvas, int gridHeight, int gridWidth) {
    List<float[]> weights = new ArrayList<>();
    List<Integer> nodes = new ArrayList<>();
    List<Integer> offCanvas = new ArrayList<>();
    if (!masks.isEmpty()) {
      Accumulator accumulator = new Accumulator(canvas, gridHeight, gridWidth);
      Mask first = masks.getFirst();
      for (int i = 0; i < masks.size(); i++) {
        Mask mask = masks.get(i);
        if (mask.width() != first.width() || mask.height() != first.height()) {
          throw LlavaSgException.user(
              "mask %d is %d × %d pixels, but mask 0 is %d × %d; all must be of one image",
              i, mask.width(), mask.height(), first.width(), first.height());
        }
        float[] row = accumulator.weights(mask);
        if (row.length == 0) {
          offCanvas.add(i);
        } else {
          weights.add(row);
          nodes.add(i);
        }
      }
    }
    return new NodePooling(weights, nodes, offCanvas);
  }

  /** One axis's samples: pixel i reads patch low[i] with 1 − high[i] and the next with high[i]. */
  private static final class Axis {
    private final int[] low;
    private final double[] high;

    Axis(int pixels, int patches) {
      low = new int[pixels];
      high = new double[pixels];
      for (int i = 0; i < pixels; i++) {
        double at = Math.clamp((i + .5) * patches / pixels - .5, 0.0, patches - 1.0);
        low[i] = Math.min((int) at, Math.max(0, patches - 2));
        high[i] = at - low[i];
      }
    }
  }

  private static final class Accumulator {
    private final Canvas canvas;
    private final int gridHeight;
    private final int gridWidth;
    private final Axis horizontal;

    /** Row y holds, for each patch row, the sum of A_y over the canvas rows before y. */
    private final double[] prefix;

    private final double[] column;
    private double[] sums = new double[0];
    private long pixels;
    private int columnX;

    Accumulator(Canvas canvas, int gridHeight, int gridWidth) {
      this.canvas = canvas;
      this.gridHeight = gridHeight;
      this.gridWidth = gridWidth;
      this.horizontal = new Axis(canvas.width(), gridWidth);
      Axis vertical = new Axis(canvas.height(), gridHeight);
      this.prefix = new double[(canvas.height() + 1) * gridHeight];
      for (int y = 0; y < canvas.height(); y++) {
        System.arraycopy(prefix, y * gridHeight, prefix, (y + 1) * gridHeight, gridHeight);
        int next = (y + 1) * gridHeight + vertical.low[y];
        prefix[next] += 1 - vertical.high[y];
        if (gridHeight > 1) {
          prefix[next + 1] += vertical.high[y];
        }
      }
      this.column = new double[gridHeight];
    }

    /** The weights of a mask; an empty array if it has no pixel on the canvas. */
    float[] weights(Mask mask) {
      sums = new double[gridHeight * gridWidth];
      pixels = 0;
      columnX = 0;
      mask.forEachRun(this::add);
      flush();
      if (pixels == 0) {
        return new float[0];
      }
      float[] weights = new float[sums.length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (sums[i] / pixels);
      }
      return weights;
    }

    private void add(int imageX, int imageY0, int imageY1) {
      int x = imageX + canvas.offsetX();
      int y0 = Math.max(0, imageY0 + canvas.offsetY());
      int y1 = Math.min(canvas.height(), imageY1 + canvas.offsetY());
      if (x < 0 || x >= canvas.width() || y0 >= y1) {
        return;
      }
      if (x != columnX) {
        flush();
        columnX = x;
      }
      pixels += y1 - y0;
      for (int k = 0; k < gridHeight; k++) {
        column[k] += prefix[y1 * gridHeight + k] - prefix[y0 * gridHeight + k];
      }
    }

    /** Spreads the finished column over the one or two patch columns that it samples. */
    private void flush() {
      int low = horizontal.low[columnX];
      double high = horizontal.high[columnX];
      for (int k = 0; k < gridHeight; k++) {
        sums[k * gridWidth + low] += (1 - high) * column[k];
        if (gridWidth > 1) {
          sums[k * gridWidth + low + 1] += high * column[k];
        }
        column[k] = 0;
      }
    }
  }
}

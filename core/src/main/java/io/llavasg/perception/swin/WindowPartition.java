package io.llavasg.perception.swin;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How the places of B maps of one size are gathered into windows, and back. Its tensors belong to
 * the scope it was made in.
 *
 * <p>Rather than rolled, padded and permuted, rows are picked by index: one copy each way.
 */
final class WindowPartition {
  /** What separates two places that only wrapping around the border has brought together. */
  private static final float APART = -100;

  /**
   * Windows, one after the other, that share a mask.
   *
   * @param mask (N, N), added to attention scores; absent if all places see each other
   */
  record Group(long first, long count, Optional<Tensor> mask) {}

  private final List<Group> groups = new ArrayList<>();
  private final Tensor toWindows;
  private final Tensor fromWindows;
  private final boolean padded;

  /**
   * @param like gives the dtype of masks, and the device
   */
  static WindowPartition of(FeatureMap map, Window window, Tensor like) {
    return new WindowPartition(
        Math.toIntExact(map.places().size(0)), map.height(), map.width(), window, like);
  }

  private WindowPartition(int batch, int height, int width, Window window, Tensor like) {
    int rows = Math.ceilDiv(height, window.side());
    int columns = Math.ceilDiv(width, window.side());
    Places places = new Places(batch, height, width, rows, columns, window);
    padded = places.source.length > places.target.length;
    boolean[] ends = window.shift() > 0 ? new boolean[] {false, true} : new boolean[] {false};
    for (boolean lastRow : ends) {
      for (boolean lastColumn : ends) {
        addGroup(places, lastRow, lastColumn, like);
      }
    }
    toWindows = Tensor.of(places.source, places.source.length).to(like.device());
    fromWindows = Tensor.of(places.target, places.target.length).to(like.device());
  }

  private void addGroup(Places places, boolean lastRow, boolean lastColumn, Tensor like) {
    Window window = places.window;
    long first = places.filled / window.area();
    boolean moved = window.shift() > 0;
    int fromRow = lastRow ? places.rows - 1 : 0;
    int toRow = moved && !lastRow ? places.rows - 1 : places.rows;
    int fromColumn = lastColumn ? places.columns - 1 : 0;
    int toColumn = moved && !lastColumn ? places.columns - 1 : places.columns;
    for (int image = 0; image < places.batch; image++) {
      for (int row = fromRow; row < toRow; row++) {
        for (int column = fromColumn; column < toColumn; column++) {
          places.fill(image, row, column);
        }
      }
    }
    long count = places.filled / window.area() - first;
    if (count > 0) {
      groups.add(new Group(first, count, mask(window, lastRow, lastColumn, like)));
    }
  }

  private static Optional<Tensor> mask(
      Window window, boolean lastRow, boolean lastColumn, Tensor like) {
    if (!lastRow && !lastColumn) {
      return Optional.empty();
    }
    int side = window.side();
    int area = window.area();
    int border = side - window.shift();
    int[] parts = new int[area];
    for (int place = 0; place < area; place++) {
      parts[place] += lastRow && place / side < border ? 1 : 0;
      parts[place] += lastColumn && place % side < border ? 2 : 0;
    }
    float[] mask = new float[area * area];
    for (int from = 0; from < area; from++) {
      for (int to = 0; to < area; to++) {
        mask[from * area + to] = parts[from] == parts[to] ? 0 : APART;
      }
    }
    return Optional.of(Tensor.of(mask, area, area).like(like));
  }

  List<Group> groups() {
    return groups;
  }

  /** Places (B · L, C) → places of windows (W · N, C), zeros beyond the map's border. */
  Tensor split(Tensor places) {
    try (var scope = Scope.open()) {
      Tensor source = places;
      if (padded) {
        Tensor zeros = Tensor.zeros(places.dtype(), places.device(), 1, places.size(1));
        source = Functional.cat(0, places, zeros);
      }
      return scope.keep(source.indexSelect(0, toWindows));
    }
  }

  /** Places of windows (W · N, C) → places (B · L, C). */
  Tensor join(Tensor windows) {
    return windows.indexSelect(0, fromWindows);
  }

  /** Fills the two indices, window by window. */
  private static final class Places {
    final int batch;
    final int height;
    final int width;
    final int rows;
    final int columns;
    final Window window;
    final long[] source;
    final long[] target;
    int filled;

    Places(int batch, int height, int width, int rows, int columns, Window window) {
      this.batch = batch;
      this.height = height;
      this.width = width;
      this.rows = rows;
      this.columns = columns;
      this.window = window;
      source = new long[Math.toIntExact((long) batch * rows * columns * window.area())];
      target = new long[batch * height * width];
      // What no place of the map fills, is read from the row of zeros behind them.
      Arrays.fill(source, target.length);
    }

    void fill(int image, int windowRow, int windowColumn) {
      int side = window.side();
      for (int i = 0; i < side; i++) {
        int y = wrapped(windowRow * side + i + window.shift(), rows * side);
        for (int j = 0; j < side; j++, filled++) {
          int x = wrapped(windowColumn * side + j + window.shift(), columns * side);
          if (y < height && x < width) {
            int place = (image * height + y) * width + x;
            source[filled] = place;
            target[place] = filled;
          }
        }
      }
    }

    /** A coordinate that is at most one round too far. */
    private static int wrapped(int coordinate, int end) {
      return coordinate < end ? coordinate : coordinate - end;
    }
  }
}

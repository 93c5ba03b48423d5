package io.llavasg.mini.perception;

import java.util.Arrays;

/**
 * The linear assignment problem: each row gets a column of its own so that the sum of costs is
 * smallest. Rows are added one by one, each along the cheapest augmenting path (Jonker and
 * Volgenant, 1987): O(rows² · columns).
 */
final class Assignment {
  private final double[][] costs;
  private final int columns;

  /** Dual variables: no cost is below the sum of its row's and its column's. */
  private final double[] rowPrices;

  private final double[] columnPrices;

  /** The row of each column; −1 for none. */
  private final int[] rowOf;

  private Assignment(double[][] costs) {
    this.costs = costs;
    columns = costs[0].length;
    rowPrices = new double[costs.length];
    columnPrices = new double[columns];
    rowOf = new int[columns];
    Arrays.fill(rowOf, -1);
  }

  /**
   * @param costs finite, at least as many columns as rows
   * @return the column of each row
   */
  static int[] solve(double[][] costs) {
    if (costs.length == 0) {
      return new int[0];
    }
    if (costs[0].length < costs.length) {
      throw new IllegalArgumentException(
          costs.length + " rows do not get a column each of " + costs[0].length);
    }
    Assignment assignment = new Assignment(costs);
    for (int row = 0; row < costs.length; row++) {
      assignment.add(row);
    }
    int[] columnOf = new int[costs.length];
    for (int column = 0; column < assignment.columns; column++) {
      if (assignment.rowOf[column] >= 0) {
        columnOf[assignment.rowOf[column]] = column;
      }
    }
    return columnOf;
  }

  /** Dijkstra's search over reduced costs from a new row to a free column. */
  private void add(int newRow) {
    double[] distance = new double[columns];
    int[] from = new int[columns];
    boolean[] reached = new boolean[columns];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    int row = newRow;
    double travelled = 0;
    int last = -1;
    while (true) {
      int nearest = -1;
      for (int column = 0; column < columns; column++) {
        if (reached[column]) {
          continue;
        }
        double through = travelled + costs[row][column] - rowPrices[row] - columnPrices[column];
        if (through < distance[column]) {
          distance[column] = through;
          from[column] = last;
        }
        if (nearest < 0 || distance[column] < distance[nearest]) {
          nearest = column;
        }
      }
      travelled = distance[nearest];
      reached[nearest] = true;
      last = nearest;
      if (rowOf[nearest] < 0) {
        break;
      }
      row = rowOf[nearest];
    }
    reprice(newRow, travelled, distance, reached);
    for (int column = last; column >= 0; column = from[column]) {
      rowOf[column] = from[column] < 0 ? newRow : rowOf[from[column]];
    }
  }

  private void reprice(int newRow, double travelled, double[] distance, boolean[] reached) {
    rowPrices[newRow] += travelled;
    for (int column = 0; column < columns; column++) {
      if (reached[column] && rowOf[column] >= 0) {
        rowPrices[rowOf[column]] += travelled - distance[column];
      }
      if (reached[column]) {
        columnPrices[column] -= travelled - distance[column];
      }
    }
  }
}

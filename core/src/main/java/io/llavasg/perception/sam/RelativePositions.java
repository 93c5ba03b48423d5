package io.llavasg.perception.sam;

import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;

/**
 * Decomposed relative positions (Li et al., MViTv2, 2021, equation 6): a vector for each vertical
 * and each horizontal distance of a query and a key, with which the query is multiplied.
 *
 * @param heights (2·size − 1, D), from the distance 1 − size on
 * @param widths likewise
 */
record RelativePositions(Tensor heights, Tensor widths) {

  /**
   * @param size side of the window or the grid that the layer attends over
   */
  static RelativePositions of(Parameters parameters, int size, int headDim) {
    return new RelativePositions(
        parameters.get("rel_pos_h", 2L * size - 1, headDim),
        parameters.get("rel_pos_w", 2L * size - 1, headDim));
  }

  /**
   * For each query and key along one axis the number of their distance, 0 for the most negative
   * one. All layers that attend over maps of one size share them. They belong to the scope they
   * were made in.
   *
   * @param rows (H · H)
   * @param columns (W · W)
   */
  record Distances(Tensor rows, Tensor columns) {

    static Distances of(long height, long width, Device device) {
      Tensor rows = along(height, device);
      return new Distances(rows, width == height ? rows : along(width, device));
    }

    private static Tensor along(long size, Device device) {
      long[] distances = new long[Math.toIntExact(size * size)];
      int at = 0;
      for (long query = 0; query < size; query++) {
        for (long key = 0; key < size; key++) {
          distances[at++] = query - key + size - 1;
        }
      }
      return Tensor.of(distances, distances.length).to(device);
    }
  }

  /**
   * What is added to the scores of each query, for the row and for the column of a key.
   *
   * @param rows (B, H, W, H)
   * @param columns (B, H, W, W)
   */
  record Scores(Tensor rows, Tensor columns) {

    /**
     * What is added to the scores of some maps' queries, of so many of their rows, for keys in
     * row-major order: (maps, 1, queries, H·W).
     */
    Tensor bias(long map, long maps, long top, long height) {
      try (var scope = Scope.open()) {
        Tensor row = rows.narrow(0, map, maps).narrow(1, top, height).unsqueeze(4);
        Tensor column = columns.narrow(0, map, maps).narrow(1, top, height).unsqueeze(3);
        long queries = height * rows.size(2);
        return scope.keep(
            row.add(column).reshape(maps, 1, queries, rows.size(3) * columns.size(3)));
      }
    }
  }

  /**
   * @param queries_BHWD contiguous; B counts heads, too
   */
  Scores scores(Tensor queries_BHWD, Distances distances) {
    long[] shape = queries_BHWD.shape();
    long batch = shape[0];
    long height = shape[1];
    long width = shape[2];
    try (var scope = Scope.open()) {
      // One product for each row (or column) of queries: they share their relative positions.
      Tensor byRow = queries_BHWD.transpose(0, 1).reshape(height, batch * width, shape[3]);
      Tensor rows =
          byRow
              .matmul(pairs(heights, height, distances.rows()).transpose(1, 2))
              .reshape(height, batch, width, height)
              .transpose(0, 1);
      byRow.free();
      Tensor byColumn = queries_BHWD.permute(2, 0, 1, 3).reshape(width, batch * height, shape[3]);
      Tensor columns =
          byColumn
              .matmul(pairs(widths, width, distances.columns()).transpose(1, 2))
              .reshape(width, batch, height, width)
              .permute(1, 2, 0, 3);
      return new Scores(scope.keep(rows.contiguous()), scope.keep(columns.contiguous()));
    }
  }

  /** The vector of each query's and key's distance along one axis: (size, size, D). */
  private static Tensor pairs(Tensor vectors, long size, Tensor distances) {
    try (var scope = Scope.open()) {
      return scope.keep(
          resized(vectors, 2 * size - 1)
              .indexSelect(0, distances)
              .reshape(size, size, vectors.size(1)));
    }
  }

  /** The vectors for a map of another size than the trained one are interpolated linearly. */
  private static Tensor resized(Tensor vectors, long count) {
    if (vectors.size(0) == count) {
      return vectors;
    }
    Tensor line = vectors.transpose(0, 1).unsqueeze(0).unsqueeze(2);
    return Spatial.resizeBilinear(line, 1, count).reshape(vectors.size(1), count).transpose(0, 1);
  }
}

package io.llavasg.mini;

import io.llavasg.graph.Canvas;
import io.llavasg.graph.Mask;
import io.llavasg.graph.NodePooling;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Which places of a square feature map each region of a batch of pictures covers, in plain Java.
 *
 * @param weights B·K·places numbers: for each picture those of up to K regions
 * @param most K, regions of the fullest picture
 * @param rows where the regions stand among the B·K
 */
@SuppressWarnings("ArrayRecordComponent")
public record RegionPooling(float[] weights, int most, long[] rows) {

  /**
   * @param masks of each picture's regions, none of them empty
   * @param grid places of a side of the map
   */
  public static RegionPooling of(List<List<Mask>> masks, int grid) {
    int most = masks.stream().mapToInt(List::size).max().orElseThrow();
    int places = grid * grid;
    float[] weights = new float[masks.size() * most * places];
    List<Long> rows = new ArrayList<>();
    for (int i = 0; i < masks.size(); i++) {
      List<Mask> own = masks.get(i);
      Canvas canvas = Canvas.whole(own.getFirst().width(), own.getFirst().height());
      NodePooling pooling = NodePooling.of(own, canvas, grid, grid);
      for (int k = 0; k < own.size(); k++) {
        int row = i * most + k;
        System.arraycopy(pooling.weights().get(k), 0, weights, row * places, places);
        rows.add((long) row);
      }
    }
    return new RegionPooling(weights, most, rows.stream().mapToLong(Long::longValue).toArray());
  }

  /** A batch of maps (B, places, C) → the mean of each region (R, C). */
  public Tensor of(Tensor maps) {
    long batch = maps.size(0);
    return Tensor.of(weights, batch, most, maps.size(1))
        .matmul(maps)
        .reshape(batch * most, maps.size(2))
        .indexSelect(0, Tensor.of(rows, rows.length));
  }
}

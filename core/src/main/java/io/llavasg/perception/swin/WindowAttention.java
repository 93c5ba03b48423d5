package io.llavasg.perception.swin;

import io.llavasg.nn.Heads;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/** Multi-head attention within windows, with a bias for each head and relative position. */
final class WindowAttention {
  private final int heads;
  private final int area;
  private final Tensor biasTable;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  WindowAttention(Parameters parameters, int size, int heads, Window window) {
    this.heads = heads;
    area = window.area();
    int offsets = 2 * window.side() - 1;
    Parameters self = parameters.in("self");
    biasTable = self.get("relative_position_bias_table", (long) offsets * offsets, heads);
    query = Linear.of(self.in("query"), size, size);
    key = Linear.of(self.in("key"), size, size);
    value = Linear.of(self.in("value"), size, size);
    output = Linear.of(parameters.in("output.dense"), size, size);
  }

  /**
   * @param places (B · L, C)
   * @param relativePositions as {@link Window#relativePositions()} has them
   * @return (B · L, C)
   */
  Tensor forward(Tensor places, WindowPartition partition, Tensor relativePositions) {
    try (var scope = Scope.open()) {
      Tensor windows = partition.split(places);
      long count = windows.size(0) / area;
      Tensor queries_WHND = Heads.split(query.forward(windows), count, heads);
      Tensor keys_WHND = Heads.split(key.forward(windows), count, heads);
      Tensor values_WHND = Heads.split(value.forward(windows), count, heads);
      windows.free();
      Tensor bias_HNN = bias(relativePositions);
      Tensor[] attended =
          partition.groups().stream()
              .map(group -> attend(queries_WHND, keys_WHND, values_WHND, bias_HNN, group))
              .toArray(Tensor[]::new);
      Tensor rows = attended.length == 1 ? attended[0] : Functional.cat(0, attended);
      // Back on the map first: what the windows were filled up with needs no projection.
      return scope.keep(output.forward(partition.join(rows)));
    }
  }

  private Tensor bias(Tensor relativePositions) {
    try (var scope = Scope.open()) {
      Tensor bias = biasTable.indexSelect(0, relativePositions).transpose(0, 1).contiguous();
      return scope.keep(bias.reshape(heads, area, area));
    }
  }

  private Tensor attend(
      Tensor queries_WHND,
      Tensor keys_WHND,
      Tensor values_WHND,
      Tensor bias_HNN,
      WindowPartition.Group group) {
    try (var scope = Scope.open()) {
      long first = group.first();
      long count = group.count();
      Tensor added_HNN = group.mask().map(bias_HNN::add).orElse(bias_HNN);
      Tensor attended_WHND =
          Functional.scaledDotProductAttention(
              queries_WHND.narrow(0, first, count),
              keys_WHND.narrow(0, first, count),
              values_WHND.narrow(0, first, count),
              Mask.of(added_HNN.unsqueeze(0)));
      return scope.keep(Heads.mergeRows(attended_WHND));
    }
  }
}

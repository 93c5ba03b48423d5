package io.llavasg.checkpoint;

import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Parameters out of stored tensors: on a CPU and in the stored dtype they are the file's own pages,
 * otherwise converted copies. Keeps account of what was asked for; {@link #report} tells.
 */
public final class CheckpointParameters implements Parameters {
  private final Map<String, StoredTensor> stored;
  private final WeightMap map;
  private final Precision precision;
  private final Device device;
  private final Lifetime lifetime;
  private final Set<String> used = new TreeSet<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> misshaped = new ArrayList<>();

  /**
   * @param stored by the names that modules ask for; mapped as long as {@code lifetime} lives
   * @param map tells what may be left unused
   * @param lifetime becomes the owner of every parameter
   */
  public CheckpointParameters(
      Map<String, StoredTensor> stored,
      WeightMap map,
      Precision precision,
      Device device,
      Lifetime lifetime) {
    this.stored = stored;
    this.map = map;
    this.precision = precision;
    this.device = device;
    this.lifetime = lifetime;
  }

  @Override
  public boolean contains(String name) {
    return stored.containsKey(name);
  }

  @Override
  public Tensor get(String name, long... shape) {
    StoredTensor tensor = stored.get(name);
    if (tensor == null) {
      missing.add(name);
      return placeholder();
    }
    used.add(name);
    long[] actual = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    if (!Arrays.equals(actual, shape)) {
      misshaped.add(
          "%s is %s, not %s".formatted(name, Arrays.toString(actual), Arrays.toString(shape)));
      return placeholder();
    }
    try (var scope = Scope.open();
        Arena arena = Arena.ofConfined()) {
      DType dtype = precision.choose(tensor.dtype());
      Tensor read = Tensor.over(tensor.data(arena), tensor.dtype(), shape);
      Tensor converted = read.to(dtype).to(device);
      boolean inArena = !tensor.isContiguous() || !tensor.isAligned();
      return lifetime.own(inArena && converted == read ? read.copy() : converted);
    }
  }

  /** Stands for a parameter that is not there, so that all of them can be listed. */
  private Tensor placeholder() {
    try (var scope = Scope.open()) {
      return lifetime.own(Tensor.empty(DType.F32, Device.CPU, 0));
    }
  }

  /** What was loaded, and what did not fit. */
  public LoadReport report() {
    List<String> ignored = new ArrayList<>();
    List<String> unexpected = new ArrayList<>();
    for (String name : stored.keySet()) {
      if (!used.contains(name)) {
        (map.ignores(name) ? ignored : unexpected).add(name);
      }
    }
    return new LoadReport(List.copyOf(used), ignored, missing, unexpected, misshaped);
  }
}

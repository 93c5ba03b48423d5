package io.llavasg.language;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of the positions that a decoder has seen, allocated at once for as many as it may
 * see: two tensors (B, K, capacity, D) a layer. The decoder appends, layer by layer, and then
 * {@link #advance advances}.
 */
public final class KeyValueCache implements AutoCloseable {
  private final Lifetime lifetime = new Lifetime();
  private final DType dtype;
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private int capacity;
  private int length;

  private KeyValueCache(DType dtype, int capacity) {
    this.dtype = dtype;
    this.capacity = capacity;
  }

  /**
   * An empty cache.
   *
   * @param batch B, the number of sequences
   * @param capacity most positions of a sequence
   * @param dtype of what is appended; a small cache on a CPU keeps it in float32
   */
  public static KeyValueCache allocate(
      LlamaConfig config, int batch, int capacity, DType dtype, Device device) {
    KeyValueCache cache = new KeyValueCache(dtype, capacity);
    long[] shape = {batch, config.numKeyValueHeads(), capacity, config.headDim()};
    try (var scope = Scope.open()) {
      for (int i = 0; i < config.numHiddenLayers(); i++) {
        cache.keys.add(cache.lifetime.own(empty(dtype, device, shape)));
        cache.values.add(cache.lifetime.own(empty(dtype, device, shape)));
      }
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
    return cache;
  }

  /** Keeps wide what attention would else widen for every token. */
  private static Tensor empty(DType dtype, Device device, long... shape) {
    long elements = shape[0] * shape[1] * shape[2] * shape[3];
    boolean wide = !device.isCuda() && Functional.isBetterWide(dtype, elements);
    return Tensor.empty(wide ? DType.F32 : dtype, device, shape);
  }

  /** Positions held. */
  public int length() {
    return length;
  }

  public int capacity() {
    return capacity;
  }

  /**
   * A cache over row {@code row} of this one, whose position 0 is this one's position {@code
   * start}: what it appends is written into this one's memory. The positions before become zero:
   * attention multiplies what a mask hides by zero, which leaves chance memory's NaN what it is. To
   * be closed before this one.
   */
  public KeyValueCache row(int row, int start) {
    KeyValueCache view = new KeyValueCache(dtype, capacity - start);
    try (var scope = Scope.open()) {
      for (int i = 0; i < keys.size(); i++) {
        keys.get(i).narrow(0, row, 1).narrow(2, 0, start).fillInPlace(0);
        values.get(i).narrow(0, row, 1).narrow(2, 0, start).fillInPlace(0);
        view.keys.add(view.lifetime.own(view(keys.get(i), row, start)));
        view.values.add(view.lifetime.own(view(values.get(i), row, start)));
      }
    } catch (RuntimeException e) {
      view.close();
      throw e;
    }
    return view;
  }

  private Tensor view(Tensor all, int row, int start) {
    return all.narrow(0, row, 1).narrow(2, start, (long) capacity - start);
  }

  /** Makes room for {@code positions} in all, moving what is held to larger memory if need be. */
  public void reserve(int positions) {
    if (positions <= capacity) {
      return;
    }
    int larger = Math.max(positions, capacity + capacity / 2);
    try (var scope = Scope.open()) {
      keys.replaceAll(old -> enlarged(old, larger));
      values.replaceAll(old -> enlarged(old, larger));
    }
    capacity = larger;
  }

  private Tensor enlarged(Tensor old, long positions) {
    long[] shape = {old.size(0), old.size(1), positions, old.size(3)};
    Tensor larger = lifetime.own(empty(dtype, old.device(), shape));
    larger.narrow(2, 0, length).copyInPlace(old.narrow(2, 0, length));
    old.free();
    return larger;
  }

  /** Writes (B, K, N, D) behind the positions held; returns (B, K, length + N, D), a view. */
  Tensor appendKeys(int layer, Tensor keys_BKND) {
    return append(keys.get(layer), keys_BKND);
  }

  /** As {@link #appendKeys}, for values. */
  Tensor appendValues(int layer, Tensor values_BKND) {
    return append(values.get(layer), values_BKND);
  }

  private Tensor append(Tensor all, Tensor next) {
    long count = next.size(2);
    if (length + count > capacity) {
      throw new IllegalStateException(
          "key_value cache of "
              + capacity
              + " positions holds "
              + length
              + ", no room for "
              + count);
    }
    all.narrow(2, length, count).copyInPlace(next);
    return all.narrow(2, 0, length + count);
  }

  /** Counts {@code positions} more as held, once every layer has appended them. */
  public void advance(int positions) {
    length += positions;
  }

  /** Forgets all but the first {@code positions} of those held. */
  public void truncate(int positions) {
    if (positions < 0 || positions > length) {
      throw new IllegalArgumentException(
          "a key_value cache that holds " + length + " positions cannot keep " + positions);
    }
    length = positions;
  }

  @Override
  public void close() {
    lifetime.close();
  }
}

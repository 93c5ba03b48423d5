package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor in a mapped weight file. Its memory lives as long as the file stays open.
 *
 * @param info name, dtype and shape
 * @param strides distance in elements between neighbours along each dimension, as many as the shape
 *     has; a pickle may hold a transposed or sliced view
 * @param memory the file's bytes from the tensor's first element to its last, read-only and
 *     little-endian
 */
public record StoredTensor(TensorInfo info, List<Long> strides, MemorySegment memory) {

  /** Checks that the strides fit the shape and stay within the memory. */
  public StoredTensor {
    strides = List.copyOf(strides);
    memory = memory.asReadOnly();
    if (span(info.shape(), strides) > memory.byteSize() / info.dtype().bytes()) {
      throw new IllegalArgumentException(
          "shape " + info.shape() + " with strides " + strides + " leaves its memory");
    }
  }

  /** A tensor that lies in {@code memory} row by row, with nothing between its elements. */
  public static StoredTensor contiguous(TensorInfo info, MemorySegment memory) {
    return new StoredTensor(info, contiguousStrides(info.shape()), memory);
  }

  public String name() {
    return info.name();
  }

  public DType dtype() {
    return info.dtype();
  }

  public List<Long> shape() {
    return info.shape();
  }

  /** Whether the elements lie row by row with nothing between them, so that no copy is needed. */
  public boolean isContiguous() {
    return isContiguous(info.shape(), strides);
  }

  /** Whether the first element's address is a multiple of the dtype's size. */
  public boolean isAligned() {
    return memory.address() % info.dtype().bytes() == 0;
  }

  /** The same tensor under another name. */
  public StoredTensor withName(String name) {
    return new StoredTensor(info.withName(name), strides, memory);
  }

  /**
   * Equal parts along the first dimension, as views of the same memory.
   *
   * @param names of the parts; their number divides the first dimension
   */
  public List<StoredTensor> divided(List<String> names) {
    long rows = shape().getFirst() / names.size();
    List<Long> part = new ArrayList<>(shape());
    part.set(0, rows);
    long stride = rows * strides.getFirst() * dtype().bytes();
    List<StoredTensor> parts = new ArrayList<>();
    for (String name : names) {
      MemorySegment rest = memory.asSlice(parts.size() * stride);
      parts.add(new StoredTensor(new TensorInfo(name, dtype(), part), strides, rest));
    }
    return parts;
  }

  /**
   * The elements row by row, read-only, exactly {@link TensorInfo#byteSize()} bytes: the file's own
   * pages where they are contiguous and aligned, else a copy that the garbage collector frees.
   */
  public MemorySegment data() {
    return data(Arena.ofAuto());
  }

  /**
   * As {@link #data()}, with a copy, if one is needed, in {@code arena}.
   *
   * @throws LlavaSgException resources, if there's no memory for the copy
   */
  public MemorySegment data(Arena arena) {
    if (isContiguous() && isAligned()) {
      return memory.asSlice(0, info.byteSize());
    }
    try {
      MemorySegment copy = arena.allocate(info.byteSize(), 64);
      copyTo(copy);
      return copy.asReadOnly();
    } catch (OutOfMemoryError e) {
      throw LlavaSgException.resources(
          e, "not enough memory to copy tensor %s (%d bytes)", name(), info.byteSize());
    }
  }

  /** Writes the elements row by row to the front of {@code target}. */
  public void copyTo(MemorySegment target) {
    if (info.byteSize() == 0) {
      return;
    }
    if (isContiguous()) {
      MemorySegment.copy(memory, 0, target, 0, info.byteSize());
      return;
    }
    int outer = contiguousFrom();
    long runBytes = info.dtype().bytes();
    for (int d = outer; d < shape().size(); d++) {
      runBytes *= shape().get(d);
    }
    long[] index = new long[outer];
    long from = 0;
    for (long to = 0; to < info.byteSize(); to += runBytes) {
      MemorySegment.copy(memory, from * info.dtype().bytes(), target, to, runBytes);
      for (int d = outer - 1; d >= 0; d--) {
        from += strides.get(d);
        if (++index[d] < shape().get(d)) {
          break;
        }
        from -= index[d] * strides.get(d);
        index[d] = 0;
      }
    }
  }

  /** The first dimension from which on the rest is one contiguous run. */
  private int contiguousFrom() {
    int rank = shape().size();
    int first = rank;
    while (first > 0
        && isContiguous(shape().subList(first - 1, rank), strides.subList(first - 1, rank))) {
      first--;
    }
    return first;
  }

  /** Elements from the first to just behind the last, 0 for an empty tensor. */
  static long span(List<Long> shape, List<Long> strides) {
    if (shape.size() != strides.size()) {
      throw new IllegalArgumentException(
          shape.size() + " dimensions with " + strides.size() + " strides");
    }
    long last = 0;
    for (int d = 0; d < shape.size(); d++) {
      if (shape.get(d) == 0) {
        return 0;
      }
      if (shape.get(d) < 0 || strides.get(d) < 0) {
        throw new ArithmeticException("negative shape or stride");
      }
      last = Math.addExact(last, Math.multiplyExact(shape.get(d) - 1, strides.get(d)));
    }
    return Math.addExact(last, 1L);
  }

  private static List<Long> contiguousStrides(List<Long> shape) {
    List<Long> strides = new ArrayList<>();
    long stride = 1;
    for (int d = shape.size() - 1; d >= 0; d--) {
      strides.add(0, stride);
      stride *= Math.max(1, shape.get(d));
    }
    return strides;
  }

  private static boolean isContiguous(List<Long> shape, List<Long> strides) {
    long expected = 1;
    boolean contiguous = true;
    for (int d = shape.size() - 1; d >= 0; d--) {
      if (shape.get(d) == 0) {
        return true;
      }
      contiguous &= shape.get(d) == 1 || strides.get(d) == expected;
      expected *= shape.get(d);
    }
    return contiguous;
  }
}

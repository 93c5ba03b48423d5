package io.llavasg.checkpoint;

import io.llavasg.tensor.DType;
import java.util.List;

/**
 * What a file says of a tensor without its values.
 *
 * @param name the tensor's full name, such as {@code model.embed_tokens.weight}
 * @param dtype type of its elements as stored
 * @param shape its sizes, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DType dtype, List<Long> shape) {

  /**
   * Checks the shape.
   *
   * @throws ArithmeticException if a size is negative, or the bytes are more than a long counts
   */
  public TensorInfo {
    shape = List.copyOf(shape);
    long bytes = Math.multiplyExact(elements(shape), (long) dtype.bytes());
    if (bytes < 0) {
      throw new ArithmeticException("negative size");
    }
  }

  /** Number of elements: the product of the shape, 1 for a scalar. */
  public long elements() {
    return elements(shape);
  }

  /** Number of bytes that the elements take, with nothing between them. */
  public long byteSize() {
    return elements() * dtype.bytes();
  }

  /** The same tensor under another name. */
  public TensorInfo withName(String other) {
    return new TensorInfo(other, dtype, shape);
  }

  private static long elements(List<Long> shape) {
    long product = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new ArithmeticException("negative size");
      }
      product = Math.multiplyExact(product, size);
    }
    return product;
  }
}

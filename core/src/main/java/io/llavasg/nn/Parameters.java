package io.llavasg.nn;

import io.llavasg.tensor.Tensor;
import java.util.Optional;

/** Where a layer takes its parameters from: a checkpoint, or an initialiser. */
public interface Parameters {
  /**
   * The parameter {@code name} of shape {@code shape}. An implementation may record that it is
   * missing or mis-shaped and go on, so that one error can list everything that is wrong.
   */
  Tensor get(String name, long... shape);

  /** Whether there is a parameter of that name, for parts that a checkpoint may leave out. */
  boolean contains(String name);

  /**
   * What is to be added to the product of a linear layer; nothing, unless an implementation adapts
   * layers.
   *
   * @param layer name of the layer, empty where these are the layer's own parameters
   */
  default Optional<LowRank> adapter(String layer, int in, int out) {
    return Optional.empty();
  }

  /** These parameters, seen from below {@code prefix}. */
  default Parameters in(String prefix) {
    Parameters outer = this;
    return new Parameters() {
      @Override
      public Tensor get(String name, long... shape) {
        return outer.get(prefix + "." + name, shape);
      }

      @Override
      public boolean contains(String name) {
        return outer.contains(prefix + "." + name);
      }

      @Override
      public Optional<LowRank> adapter(String layer, int in, int out) {
        return outer.adapter(layer.isEmpty() ? prefix : prefix + "." + layer, in, out);
      }
    };
  }

  /** These parameters, seen from below {@code prefix} and an index, as in {@code layers.3}. */
  default Parameters in(String prefix, int index) {
    return in(prefix + "." + index);
  }
}

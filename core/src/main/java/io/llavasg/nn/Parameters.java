package io.llavasg.nn;

import io.llavasg.tensor.Tensor;

/** Where a layer takes its parameters from: a checkpoint, or an initialiser. */
public interface Parameters {
  /**
   * The parameter {@code name} of shape {@code shape}. An implementation may record that it is
   * missing or mis-shaped and go on, so that one error can list everything that is wrong.
   */
  Tensor get(String name, long... shape);

  /** Whether there is a parameter of that name, for parts that a checkpoint may leave out. */
  boolean contains(String name);

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
    };
  }

  /** These parameters, seen from below {@code prefix} and an index, as in {@code layers.3}. */
  default Parameters in(String prefix, int index) {
    return in(prefix + "." + index);
  }
}

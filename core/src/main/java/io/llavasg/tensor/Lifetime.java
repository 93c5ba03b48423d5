package io.llavasg.tensor;

/**
 * An owner that no thread and no block confines: the weights of a model, a key_value cache, an
 * optimiser's state. Whoever creates it closes it.
 */
public final class Lifetime extends Owner {
  /** Takes {@code tensor} over from whatever owned it, and returns it. */
  public synchronized Tensor own(Tensor tensor) {
    return adopt(tensor);
  }

  @Override
  public synchronized void close() {
    super.close();
  }
}

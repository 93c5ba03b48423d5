package io.llavasg.tensor;

import java.util.Optional;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients, as {@code torch.autograd} has them. What an operation needs for its gradient libtorch
 * keeps by itself, as long as a tensor that came of it lives; so closing a {@link Scope} frees the
 * graph of what was computed in it, and keeping a loss keeps all of its graph (docs/memory.md).
 */
public final class Autograd {
  private Autograd() {}

  /** Whether operations on this thread are recorded. */
  public static boolean isRecording() {
    return GradMode.is_enabled();
  }

  /** Has a leaf's gradient computed from now on; returns the leaf. */
  public static Tensor track(Tensor leaf) {
    leaf.raw.set_requires_grad(true);
    return leaf;
  }

  /** Whether a gradient flows to this tensor. */
  public static boolean isTracked(Tensor tensor) {
    return tensor.raw.requires_grad();
  }

  /** The same memory as a tensor that no gradient flows through. */
  public static Tensor detach(Tensor tensor) {
    return Tensor.wrap(tensor.raw.detach());
  }

  /**
   * What {@link #backward} has summed up for a leaf: the memory itself, not a copy. Empty if no
   * gradient has reached it.
   */
  public static Optional<Tensor> gradient(Tensor leaf) {
    // What libtorch returns refers to a field of the leaf: hence a handle that can outlive the
    // leaf.
    org.bytedeco.pytorch.Tensor field = leaf.raw.grad();
    return field.defined()
        ? Optional.of(Tensor.wrap(new org.bytedeco.pytorch.Tensor(field)))
        : Optional.empty();
  }

  /** Forgets a leaf's gradient. */
  public static void clearGradient(Tensor leaf) {
    leaf.raw.mutable_grad().reset();
  }

  /** Adds the gradients of a loss, one number, to those of the leaves that it came of. */
  public static void backward(Tensor loss) {
    try (var threads = new BlasThreads()) {
      loss.raw.backward();
    }
  }

  /**
   * As {@link #backward(Tensor)}, for an output of any shape.
   *
   * @param gradient of the loss for {@code output}, of its shape and dtype
   */
  public static void backward(Tensor output, Tensor gradient) {
    try (var threads = new BlasThreads();
        TensorVector outputs = new TensorVector(output.raw);
        TensorVector gradients = new TensorVector(gradient.raw);
        BoolOptional retain = new BoolOptional();
        TensorVector leaves = new TensorVector()) {
      torch.backward(outputs, gradients, retain, false, leaves);
    }
  }
}

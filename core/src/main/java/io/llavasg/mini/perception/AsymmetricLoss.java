package io.llavasg.mini.perception;

import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * The asymmetric loss of multi-label classification (Ridnik et al., 2021): focusing powers of their
 * own for positive and negative labels, and negative ones that score below a margin left out. No
 * gradient flows through the focusing weights, as in their authors' code and RAM's.
 *
 * @param gammaNegative focusing power of labels that are not there
 * @param gammaPositive of those that are
 * @param margin what is taken off the probability of a label that is not there
 */
record AsymmetricLoss(double gammaNegative, double gammaPositive, double margin) {
  /** RAM's. */
  static final AsymmetricLoss RAM = new AsymmetricLoss(7, 0, .05);

  private static final double SMALLEST = 1e-8;

  /**
   * @param targets 0 or 1, of the logits' shape and dtype
   * @return the sum over all elements
   */
  Tensor of(Tensor logits, Tensor targets) {
    try (var scope = Scope.open()) {
      Tensor present = logits.sigmoid();
      Tensor absent = present.mul(-1).add(1 + margin).clamp(0, 1);
      Tensor others = targets.mul(-1).add(1);
      Tensor positive = logOf(present).mul(targets).mul(focus(present, gammaPositive));
      Tensor negative = logOf(absent).mul(others).mul(focus(absent, gammaNegative));
      return scope.keep(positive.add(negative).sum().mul(-1));
    }
  }

  private static Tensor logOf(Tensor probability) {
    return probability.clamp(SMALLEST, 1).log();
  }

  private static Tensor focus(Tensor probability, double gamma) {
    return Functional.pow(Autograd.detach(probability).mul(-1).add(1), gamma);
  }
}

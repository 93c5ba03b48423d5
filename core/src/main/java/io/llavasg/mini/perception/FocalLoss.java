package io.llavasg.mini.perception;

import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * The sigmoid focal loss (Lin et al., 2017): cross-entropy, smaller where an element is easy.
 *
 * @param alpha weight of positive elements; negative ones weigh 1 − α
 * @param gamma power of what is missing to certainty
 */
record FocalLoss(double alpha, double gamma) {
  /** As published, and as all of DETR's kin use it. */
  static final FocalLoss PUBLISHED = new FocalLoss(.25, 2);

  /**
   * @param targets 0 or 1, of the logits' shape and dtype
   * @return of each element
   */
  Tensor of(Tensor logits, Tensor targets) {
    try (var scope = Scope.open()) {
      Tensor probability = logits.sigmoid();
      // |p − t| is 1 − p for positive elements, p for negative ones.
      Tensor missing = probability.sub(targets).abs();
      Tensor weight = targets.mul(2 * alpha - 1).add(1 - alpha);
      Tensor crossEntropy = Functional.binaryCrossEntropy(logits, targets);
      return scope.keep(crossEntropy.mul(Functional.pow(missing, gamma)).mul(weight));
    }
  }
}

package io.llavasg.mini.perception;

import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * SAM's loss (Kirillov et al., 2023, appendix A): focal and dice loss of masks, and the squared
 * error of the estimated intersection over union.
 *
 * @param focalWeight of the focal loss, a mean over pixels
 * @param diceWeight of the dice loss (Milletari et al., 2016)
 * @param qualityWeight of the squared error
 */
record MaskLoss(double focalWeight, double diceWeight, double qualityWeight) {
  /** Focal and dice loss as 20 : 1. */
  static final MaskLoss PUBLISHED = new MaskLoss(20, 1, 1);

  /**
   * @param logits (N, H, W)
   * @param targets (N, H, W), 0 or 1
   * @param quality (N), the network's estimates
   * @return the mean over masks
   */
  Tensor of(Tensor logits, Tensor targets, Tensor quality) {
    try (var scope = Scope.open()) {
      long masks = logits.size(0);
      Tensor flat = logits.reshape(masks, -1);
      Tensor truth = targets.reshape(masks, -1);
      Tensor focal = FocalLoss.PUBLISHED.of(flat, truth).mean(1);
      Tensor error = Functional.pow(quality.sub(intersectionOverUnion(flat, truth)), 2);
      Tensor each =
          focal
              .mul(focalWeight)
              .add(dice(flat, truth).mul(diceWeight))
              .add(error.mul(qualityWeight));
      return scope.keep(each.mean(0));
    }
  }

  /** 1 − (2 · |both| + 1) / (|one| + |other| + 1), of probabilities. */
  static Tensor dice(Tensor logits, Tensor targets) {
    try (var scope = Scope.open()) {
      Tensor probability = logits.sigmoid();
      Tensor both = probability.mul(targets).sum(1).mul(2).add(1);
      Tensor all = probability.sum(1).add(targets.sum(1)).add(1);
      return scope.keep(both.div(all).mul(-1).add(1));
    }
  }

  /** Of the masks where logits are above 0; no gradient flows through it. Empty masks have 0. */
  static Tensor intersectionOverUnion(Tensor logits, Tensor targets) {
    try (var scope = Scope.open()) {
      Tensor inside = Autograd.detach(logits).gt(0).to(DType.F32);
      Tensor both = inside.mul(targets).sum(1);
      Tensor union = inside.sum(1).add(targets.sum(1)).sub(both);
      return scope.keep(both.div(union.clamp(1, Double.POSITIVE_INFINITY)));
    }
  }
}

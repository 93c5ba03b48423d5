package io.llavasg.mini.perception;

import io.llavasg.perception.groundingdino.Caption;
import io.llavasg.perception.groundingdino.GroundingDinoModel;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The loss of a detector that predicts sets (DETR; Carion et al., 2020), with likeness to tokens in
 * place of classes: each true box is matched to a prediction of its own so that costs are smallest
 * in all; matched predictions shall be like the tokens of the box's phrase and have its box, all
 * others like no token. The encoder's proposals and every layer of the decoder are matched and
 * count alike.
 *
 * @param cost what a match costs
 * @param loss of what is matched
 */
record SetLoss(Weights cost, Weights loss) {
  /** As in transformers, and the open training code that it follows. */
  static final SetLoss PUBLISHED = new SetLoss(new Weights(1, 5, 2), new Weights(2, 5, 2));

  private static final double SMALLEST = 1e-8;

  /**
   * @param tokens of likeness to tokens
   * @param distance of the boxes' L1 distance
   * @param overlap of their generalised intersection over union
   */
  record Weights(double tokens, double distance, double overlap) {}

  /**
   * A thing that is there.
   *
   * @param phrase its phrase's index in the caption
   */
  record Truth(int phrase, float x, float y, float width, float height) {
    float[] box() {
      return new float[] {x, y, width, height};
    }
  }

  /**
   * @param outputs of the encoder and each layer: logits (B, Q, T) and boxes (B, Q, 4)
   * @param truths of each image
   * @return a scalar: the losses' sum, divided by the number of true boxes
   */
  Tensor of(List<GroundingDinoModel.Output> outputs, Caption caption, List<List<Truth>> truths) {
    try (var scope = Scope.open()) {
      Tensor logits = joined(outputs.stream().map(GroundingDinoModel.Output::logits).toList());
      Tensor boxes = joined(outputs.stream().map(GroundingDinoModel.Output::boxes).toList());
      Matches matches = match(logits, boxes, caption, truths);
      Tensor targets = Tensor.of(matches.targets, logits.shape());
      Tensor total = FocalLoss.PUBLISHED.of(logits, targets).sum().mul(loss.tokens);
      int count = matches.rows.size();
      if (count > 0) {
        long[] rows = matches.rows.stream().mapToLong(Long::longValue).toArray();
        Tensor predicted = boxes.reshape(-1, 4).indexSelect(0, Tensor.of(rows, count));
        Tensor truth = Tensor.of(matches.flatBoxes(), count, 4);
        Tensor overlap = BoxOverlap.generalised(predicted, truth).mul(-1).add(1);
        total =
            total
                .add(predicted.sub(truth).abs().sum().mul(loss.distance))
                .add(overlap.sum().mul(loss.overlap));
      }
      int things = truths.stream().mapToInt(List::size).sum();
      return scope.keep(total.div((double) Math.max(1, things)));
    }
  }

  /** (L · B, Q, …). */
  private static Tensor joined(List<Tensor> layers) {
    return Functional.cat(0, layers.toArray(Tensor[]::new));
  }

  /** Which predictions are matched, and what all shall be. */
  private static final class Matches {
    final float[] targets;
    final List<Long> rows = new ArrayList<>();
    final List<float[]> boxes = new ArrayList<>();

    Matches(int size) {
      targets = new float[size];
    }

    float[] flatBoxes() {
      float[] flat = new float[4 * boxes.size()];
      for (int i = 0; i < boxes.size(); i++) {
        System.arraycopy(boxes.get(i), 0, flat, 4 * i, 4);
      }
      return flat;
    }
  }

  private Matches match(Tensor logits, Tensor boxes, Caption caption, List<List<Truth>> truths) {
    int sets = (int) logits.size(0);
    int queries = (int) logits.size(1);
    int tokens = (int) logits.size(2);
    float[] likeness = logits.sigmoid().toFloats();
    float[] predicted = boxes.toFloats();
    Matches matches = new Matches(likeness.length);
    for (int set = 0; set < sets; set++) {
      List<Truth> own = truths.get(set % truths.size());
      int first = set * queries;
      double[][] costs = new double[own.size()][queries];
      for (int i = 0; i < costs.length; i++) {
        for (int query = 0; query < queries; query++) {
          int row = first + query;
          costs[i][query] = cost(likeness, row * tokens, predicted, 4 * row, own.get(i), caption);
        }
      }
      int[] chosen = Assignment.solve(costs);
      for (int i = 0; i < chosen.length; i++) {
        int row = first + chosen[i];
        matches.rows.add((long) row);
        matches.boxes.add(own.get(i).box());
        for (int token : caption.tags().get(own.get(i).phrase()).tokens()) {
          matches.targets[row * tokens + token] = 1;
        }
      }
    }
    return matches;
  }

  private double cost(
      float[] likeness, int from, float[] boxes, int at, Truth truth, Caption caption) {
    List<Integer> tokens = caption.tags().get(truth.phrase()).tokens();
    double classCost = 0;
    for (int token : tokens) {
      double p = likeness[from + token];
      classCost += .25 * (1 - p) * (1 - p) * -Math.log(p + SMALLEST);
      classCost -= .75 * p * p * -Math.log(1 - p + SMALLEST);
    }
    float[] box = truth.box();
    double distance = 0;
    for (int i = 0; i < 4; i++) {
      distance += Math.abs(boxes[at + i] - box[i]);
    }
    return cost.tokens * classCost / tokens.size()
        + cost.distance * distance
        - cost.overlap * BoxOverlap.generalised(boxes, at, box, 0);
  }
}

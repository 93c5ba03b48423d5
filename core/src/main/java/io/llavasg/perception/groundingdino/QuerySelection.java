package io.llavasg.perception.groundingdino;

import io.llavasg.image.Size;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * Language-guided query selection (Grounding DINO, section 3.3): the places of the image that are
 * most like some token become the decoder's first boxes.
 */
final class QuerySelection {
  private static final float SMALLEST = 0.01f;
  private static final float LARGEST = 0.99f;
  private static final float FIRST_SIDE = 0.05f;

  private final int queries;
  private final Linear projection;
  private final LayerNorm norm;
  private final BoxHead boxHead;

  QuerySelection(Parameters parameters, GroundingDinoConfig config) {
    int size = config.dModel();
    queries = config.numQueries();
    projection = Linear.of(parameters.in("enc_output"), size, size);
    norm = LayerNorm.of(parameters.in("enc_output_norm"), size, config.layerNormEps());
    boxHead = BoxHead.of(parameters.in("encoder_output_bbox_embed"), size, size, size, 4);
  }

  /**
   * The best places, best first; Q is the number of queries, or of places if there are fewer.
   *
   * @param features (B, Q, d), what their likeness to tokens is computed from
   * @param boxes (B, Q, 4) of float32, centre and sides as shares of the image's
   */
  record Selected(Tensor features, Tensor boxes) {}

  /** The result is in the innermost scope of the caller. */
  Selected forward(FusionLayer.Pair encoded, FeatureLevels levels) {
    Tensor features;
    Tensor boxes;
    try (var scope = Scope.open()) {
      Proposals proposals = Proposals.of(levels);
      Tensor valid = proposals.valid(encoded.image());
      Tensor places_BNC = norm.forward(projection.forward(encoded.image().mul(valid)));
      Tensor chosen_BQ = best(places_BNC, encoded.text());
      long batch = places_BNC.size(0);
      long size = places_BNC.size(2);
      long count = chosen_BQ.size(1);
      Tensor index = chosen_BQ.reshape(batch, count, 1).expand(batch, count, size);
      features = scope.keep(places_BNC.gather(1, index));
      Tensor moves = boxHead.forward(features).to(DType.F32);
      Tensor logits =
          proposals
              .logits(encoded.image())
              .indexSelect(0, chosen_BQ.reshape(batch * count))
              .reshape(batch, count, 4);
      boxes = scope.keep(logits.add(moves).sigmoid());
    }
    return new Selected(features, boxes);
  }

  /** Places of each image that are most like some token: (B, Q). */
  private Tensor best(Tensor places_BNC, Tensor text_BTC) {
    try (var scope = Scope.open()) {
      Tensor likeness = Autograd.detach(places_BNC).matmul(text_BTC.transpose(1, 2));
      int count = (int) Math.min(queries, places_BNC.size(1));
      return scope.keep(Autograd.detach(likeness).max(2).topK(count, 1).indices());
    }
  }

  /**
   * The box that each place proposes: around its middle, larger on coarser maps. Boxes at the very
   * border, or nearly as large as the image, are not proposed: their features count as zero and
   * their logits as infinite.
   *
   * @param logits (N · 4)
   * @param valid (N), 1 or 0
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Proposals(float[] logits, float[] valid) {

    static Proposals of(FeatureLevels levels) {
      float[] logits = new float[4 * levels.places()];
      float[] valid = new float[levels.places()];
      int place = 0;
      for (int level = 0; level < levels.count(); level++) {
        Size size = levels.sizes().get(level);
        float side = logit(FIRST_SIDE * (1 << level));
        float[] columns = logits(size.width());
        for (float row : logits(size.height())) {
          for (float column : columns) {
            boolean proposed = Float.isFinite(column + row + side);
            valid[place] = proposed ? 1 : 0;
            logits[4 * place] = proposed ? column : Float.POSITIVE_INFINITY;
            logits[4 * place + 1] = proposed ? row : Float.POSITIVE_INFINITY;
            logits[4 * place + 2] = proposed ? side : Float.POSITIVE_INFINITY;
            logits[4 * place + 3] = logits[4 * place + 2];
            place++;
          }
        }
      }
      return new Proposals(logits, valid);
    }

    /** Of the middles of so many places. */
    private static float[] logits(int count) {
      float[] logits = new float[count];
      for (int i = 0; i < count; i++) {
        logits[i] = logit((i + 0.5f) / count);
      }
      return logits;
    }

    /** Infinite near 0 and 1. */
    private static float logit(float share) {
      return share > SMALLEST && share < LARGEST
          ? (float) Math.log(share / (1 - share))
          : Float.POSITIVE_INFINITY;
    }

    Tensor valid(Tensor like) {
      return Tensor.of(valid, valid.length, 1).like(like);
    }

    Tensor logits(Tensor like) {
      return Tensor.of(logits, valid.length, 4).to(like.device());
    }
  }
}

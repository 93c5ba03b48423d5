package io.llavasg.perception.groundingdino;

import io.llavasg.image.Size;
import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
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
   * The boxes of the best places, best first: (Q, 4) of float32, centre and sides as shares of the
   * image's; Q is the number of queries, or of places if there are fewer.
   */
  Tensor forward(FusionLayer.Pair encoded, FeatureLevels levels) {
    try (var scope = Scope.open()) {
      Proposals proposals = Proposals.of(levels);
      Tensor valid = proposals.valid(encoded.image());
      Tensor places_NC = norm.forward(projection.forward(encoded.image().mul(valid)));
      Tensor best_N = places_NC.matmul(encoded.text().transpose(0, 1)).max(1);
      int count = Math.min(queries, levels.places());
      Tensor chosen = best_N.topK(count, 0).indices();
      Tensor moves = boxHead.forward(places_NC.indexSelect(0, chosen)).to(DType.F32);
      Tensor logits = proposals.logits(encoded.image()).indexSelect(0, chosen);
      return scope.keep(logits.add(moves).sigmoid());
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
        float side = FIRST_SIDE * (1 << level);
        for (int y = 0; y < size.height(); y++) {
          for (int x = 0; x < size.width(); x++, place++) {
            float centreX = (x + 0.5f) / size.width();
            float centreY = (y + 0.5f) / size.height();
            boolean proposed = isInside(centreX) && isInside(centreY) && isInside(side);
            valid[place] = proposed ? 1 : 0;
            logits[4 * place] = proposed ? logit(centreX) : Float.POSITIVE_INFINITY;
            logits[4 * place + 1] = proposed ? logit(centreY) : Float.POSITIVE_INFINITY;
            logits[4 * place + 2] = proposed ? logit(side) : Float.POSITIVE_INFINITY;
            logits[4 * place + 3] = logits[4 * place + 2];
          }
        }
      }
      return new Proposals(logits, valid);
    }

    private static boolean isInside(float share) {
      return share > SMALLEST && share < LARGEST;
    }

    private static float logit(float share) {
      return (float) Math.log(share / (1 - share));
    }

    Tensor valid(Tensor like) {
      return Tensor.of(valid, valid.length, 1).like(like);
    }

    Tensor logits(Tensor like) {
      return Tensor.of(logits, valid.length, 4).to(like.device());
    }
  }
}

package io.llavasg.perception.groundingdino;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The decoder: each layer refines the queries, and moves their boxes for the next one. */
final class QueryDecoder {
  private final Variant variant;
  private final SinePositions coordinates;
  private final BoxHead positionHead;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final List<BoxHead> boxHeads = new ArrayList<>();
  private final LayerNorm norm;

  /**
   * @param heads what the heads that move boxes are below
   */
  QueryDecoder(Parameters parameters, Parameters heads, GroundingDinoConfig config) {
    int size = config.dModel();
    variant = config.variant();
    coordinates = new SinePositions(size / 2, SinePositions.TEMPERATURE);
    positionHead = BoxHead.of(parameters.in("reference_points_head"), 2 * size, size, size);
    boolean shared = config.boxHeads() == GroundingDinoConfig.BoxHeads.SHARED;
    for (int i = 0; i < config.decoder().layers(); i++) {
      layers.add(DecoderLayer.of(parameters.in("layers", i), config));
      boxHeads.add(
          i > 0 && shared
              ? boxHeads.getFirst()
              : BoxHead.of(heads.in("bbox_embed", i), size, size, size, 4));
    }
    norm = LayerNorm.of(parameters.in("layer_norm"), size, config.layerNormEps());
  }

  /**
   * The last layer's queries, normalised, and their boxes.
   *
   * @param queries (Q, d)
   * @param boxes (Q, 4) of float32: centre and sides, as shares of the image's
   */
  record Decoded(Tensor queries, Tensor boxes) {}

  /** The result is in the innermost scope of the caller. */
  Decoded forward(
      Tensor content, Tensor firstBoxes, FusionLayer.Pair encoded, FeatureLevels levels) {
    Tensor queries = content;
    Tensor boxes = firstBoxes;
    try (var scope = Scope.open()) {
      for (int i = 0; i < layers.size(); i++) {
        Tensor positions = positionHead.forward(waves(boxes).like(content));
        queries = layers.get(i).forward(queries, positions, boxes, encoded, levels);
        boolean last = i + 1 == layers.size();
        // The last boxes are predicted from what the classes are predicted from, too.
        queries = last ? norm.forward(queries) : queries;
        boxes = boxHeads.get(i).moved(boxes, queries, variant);
      }
      scope.keep(queries);
      scope.keep(boxes);
    }
    return new Decoded(queries, boxes);
  }

  /** Positions of boxes (Q, 4): y's waves before x's, then those of width and height. */
  private Tensor waves(Tensor boxes) {
    Tensor swapped =
        Functional.cat(1, boxes.narrow(1, 1, 1), boxes.narrow(1, 0, 1), boxes.narrow(1, 2, 2));
    return coordinates.forward(swapped);
  }
}

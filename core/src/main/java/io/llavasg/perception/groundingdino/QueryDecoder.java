package io.llavasg.perception.groundingdino;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The decoder: each layer refines the queries, and moves their boxes for the next one. */
final class QueryDecoder {
  private final Variant variant;
  private final GroundingDinoConfig.Stack stack;
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
    stack = config.decoder();
    coordinates = new SinePositions(size / 2, SinePositions.TEMPERATURE);
    positionHead = BoxHead.of(parameters.in("reference_points_head"), 2 * size, size, size);
    boolean shared = config.boxHeads() == GroundingDinoConfig.BoxHeads.SHARED;
    for (int i = 0; i < stack.layers(); i++) {
      layers.add(DecoderLayer.of(parameters.in("layers", i), config));
      boxHeads.add(
          i > 0 && shared
              ? boxHeads.getFirst()
              : BoxHead.of(heads.in("bbox_embed", i), size, size, size, 4));
    }
    norm = LayerNorm.of(parameters.in("layer_norm"), size, config.layerNormEps());
  }

  /**
   * A layer's queries, normalised, and their boxes.
   *
   * @param queries (B, Q, d)
   * @param boxes (B, Q, 4) of float32: centre and sides, as shares of the image's
   */
  record Decoded(Tensor queries, Tensor boxes) {}

  /** Whose results are wanted. */
  enum Results {
    LAST_LAYER,
    /** The intermediate ones are for their losses alone. */
    EVERY_LAYER
  }

  /**
   * Layer by layer, in the innermost scope of the caller. A layer starts from boxes that no
   * gradient flows through (Deformable DETR, section 4.2); but what it predicts from them is a
   * function of the layer before it, too (DINO, section 3.5: look forward twice).
   *
   * @param content (Q, d), the same for all images
   * @param firstBoxes (B, Q, 4)
   */
  List<Decoded> forward(
      Tensor content,
      Tensor firstBoxes,
      FusionLayer.Pair encoded,
      FeatureLevels levels,
      Results results) {
    List<Decoded> decoded = new ArrayList<>();
    try (var scope = Scope.open()) {
      Tensor queries = content.unsqueeze(0).expand(firstBoxes.size(0), -1, -1);
      Tensor boxes = Autograd.detach(firstBoxes);
      Tensor moving = boxes;
      Grid grid = Grid.of(levels, stack, boxes.size(0), content.device());
      for (int i = 0; i < layers.size(); i++) {
        Tensor positions = positionHead.forward(waves(boxes).like(content));
        queries = layers.get(i).forward(queries, positions, boxes, encoded, grid);
        boolean last = i + 1 == layers.size();
        if (last || results == Results.EVERY_LAYER) {
          // Predicted from what the classes are predicted from, too.
          Tensor normed = norm.forward(queries);
          Tensor predicted = boxHeads.get(i).moved(moving, normed, variant);
          decoded.add(new Decoded(scope.keep(normed), scope.keep(predicted)));
        }
        if (!last) {
          moving = boxHeads.get(i).moved(boxes, queries, variant);
          boxes = Autograd.detach(moving);
        }
      }
    }
    return decoded;
  }

  /** Positions of boxes (B, Q, 4): y's waves before x's, then those of width and height. */
  private Tensor waves(Tensor boxes) {
    Tensor swapped =
        Functional.cat(2, boxes.narrow(2, 1, 1), boxes.narrow(2, 0, 1), boxes.narrow(2, 2, 2));
    long count = boxes.size(0) * boxes.size(1);
    return coordinates.forward(swapped.reshape(count, 4)).reshape(boxes.size(0), boxes.size(1), -1);
  }
}

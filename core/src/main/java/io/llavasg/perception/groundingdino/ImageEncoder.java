package io.llavasg.perception.groundingdino;

import io.llavasg.image.Size;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.swin.FeatureMap;
import io.llavasg.perception.swin.Swin;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The backbone's maps, and coarser ones made of them by convolutions, projected to the common size
 * d and joined to one sequence.
 */
final class ImageEncoder {
  private static final double GROUP_NORM_EPS = 1e-5;

  private final GroundingDinoConfig config;
  private final Swin backbone;
  private final List<Projection> projections = new ArrayList<>();
  private final Tensor levelEmbedding;

  ImageEncoder(Parameters parameters, GroundingDinoConfig config) {
    this.config = config;
    backbone =
        Swin.backbone(
            parameters.in("backbone.conv_encoder.model"),
            config.backbone(),
            config.backboneStages());
    int size = config.dModel();
    List<Integer> stages = List.copyOf(config.backboneStages());
    for (int level = 0; level < config.numFeatureLevels(); level++) {
      boolean mapped = level < stages.size();
      int stage = stages.get(Math.min(level, stages.size() - 1));
      int in = level <= stages.size() ? config.backbone().channels(stage - 1) : size;
      Parameters projection = parameters.in("input_proj_vision", level);
      projections.add(Projection.of(projection, in, size, mapped ? 1 : 3));
    }
    levelEmbedding = parameters.get("level_embed", config.numFeatureLevels(), size);
  }

  /**
   * @param pixels (B, 3, height, width)
   */
  ImageFeatures forward(Tensor pixels) {
    List<FeatureMap> maps;
    Tensor features;
    Tensor positions;
    List<Size> sizes = new ArrayList<>();
    try (var scope = Scope.open()) {
      maps = backbone.forward(pixels);
      List<Tensor> projected = new ArrayList<>();
      List<Tensor> places = new ArrayList<>();
      Tensor source = maps.getLast().channelsFirst();
      for (int level = 0; level < projections.size(); level++) {
        Tensor input_BCHW = level < maps.size() ? maps.get(level).channelsFirst() : source;
        Tensor output_BCHW = projections.get(level).forward(input_BCHW);
        if (level >= maps.size()) {
          source = output_BCHW;
        }
        Size size = size(output_BCHW);
        sizes.add(size);
        projected.add(
            output_BCHW.reshape(pixels.size(0), config.dModel(), size.area()).transpose(1, 2));
        places.add(positions(size, level));
      }
      features = scope.keep(Functional.cat(1, projected.toArray(Tensor[]::new)));
      positions = scope.keep(Functional.cat(0, places.toArray(Tensor[]::new)));
    }
    return new ImageFeatures(new FeatureLevels(sizes), features, positions);
  }

  private static Size size(Tensor map_BCHW) {
    return new Size(Math.toIntExact(map_BCHW.size(3)), Math.toIntExact(map_BCHW.size(2)));
  }

  private Tensor positions(Size size, int level) {
    SinePositions sines =
        new SinePositions(config.dModel() / 2, config.positionalEmbeddingTemperature());
    return sines
        .grid(size.height(), size.width(), levelEmbedding)
        .like(levelEmbedding)
        .add(levelEmbedding.select(0, level));
  }

  /** A convolution of one place, or of three by three that halves the sides; then a norm. */
  private record Projection(
      Tensor weight, Tensor bias, Tensor normWeight, Tensor normBias, int kernel) {

    static Projection of(Parameters parameters, int in, int out, int kernel) {
      return new Projection(
          parameters.get("0.weight", out, in, kernel, kernel),
          parameters.get("0.bias", out),
          parameters.get("1.weight", out),
          parameters.get("1.bias", out),
          kernel);
    }

    Tensor forward(Tensor map_BCHW) {
      try (var scope = Scope.open()) {
        Tensor projected =
            kernel == 1
                ? Spatial.conv2d(map_BCHW, weight, bias, 1, 0)
                : Spatial.conv2d(map_BCHW, weight, bias, 2, 1);
        return scope.keep(
            Spatial.groupNorm(
                projected, GroundingDinoConfig.NORM_GROUPS, normWeight, normBias, GROUP_NORM_EPS));
      }
    }
  }
}

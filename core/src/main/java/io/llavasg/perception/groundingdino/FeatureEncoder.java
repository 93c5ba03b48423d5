package io.llavasg.perception.groundingdino;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The feature enhancer (Grounding DINO, section 3.2): in each layer image and text attend to each
 * other, then the text to itself, then the image to itself.
 */
final class FeatureEncoder {
  private final Variant variant;
  private final GroundingDinoConfig.Stack stack;
  private final SinePositions tokenPositions;
  private final List<Layer> layers = new ArrayList<>();

  FeatureEncoder(Parameters parameters, GroundingDinoConfig config) {
    variant = config.variant();
    stack = config.encoder();
    tokenPositions = new SinePositions(config.dModel(), SinePositions.TEMPERATURE);
    for (int i = 0; i < stack.layers(); i++) {
      layers.add(Layer.of(parameters.in("layers", i), config));
    }
  }

  /**
   * The features of both sides, in the innermost scope of the caller.
   *
   * @param text (T, d), the same for all images
   */
  FusionLayer.Pair forward(ImageFeatures image, Tensor text, TextPrompt prompt) {
    FusionLayer.Pair features;
    try (var scope = Scope.open()) {
      long batch = image.features().size(0);
      features = new FusionLayer.Pair(image.features(), text.unsqueeze(0).expand(batch, -1, -1));
      Mask mask = Mask.of(prompt.mask(text.device()));
      // On the CPU: transformers 5 rounds the cosines of whole turns, and a GPU's are below 1.
      Tensor ids = prompt.positionTensor(Device.CPU).to(DType.F32);
      Tensor waves = tokenPositions.forward(ids.unsqueeze(1));
      Tensor textPositions = variant.phrasePositions(waves).like(text);
      // The layers all sample alike.
      Grid grid = Grid.of(image.levels(), stack, batch, text.device());
      SamplingPoints points = SamplingPoints.around(image.levels().centres(text.device()), grid);
      for (Layer layer : layers) {
        features = layer.forward(features, image, points, grid, textPositions, mask);
      }
      scope.keep(features.image());
      scope.keep(features.text());
    }
    return features;
  }

  private record Layer(
      FusionLayer fusion,
      TextEnhancerLayer textEnhancer,
      DeformableAttention attention,
      LayerNorm attentionNorm,
      Mlp mlp,
      LayerNorm outputNorm) {

    static Layer of(Parameters parameters, GroundingDinoConfig config) {
      int size = config.dModel();
      int inner = config.encoder().ffnDim();
      Parameters image = parameters.in("deformable_layer");
      return new Layer(
          new FusionLayer(parameters.in("fusion_layer"), config),
          TextEnhancerLayer.of(parameters.in("text_enhancer_layer"), config),
          new DeformableAttention(image.in("self_attn"), config, config.encoder()),
          LayerNorm.of(image.in("self_attn_layer_norm"), size, config.layerNormEps()),
          new Mlp(
              Linear.of(image.in("fc1"), size, inner),
              config.activationFunction(),
              Linear.of(image.in("fc2"), inner, size)),
          LayerNorm.of(image.in("final_layer_norm"), size, config.layerNormEps()));
    }

    FusionLayer.Pair forward(
        FusionLayer.Pair features,
        ImageFeatures image,
        SamplingPoints points,
        Grid grid,
        Tensor textPositions,
        Mask mask) {
      Tensor nextImage;
      Tensor nextText;
      try (var scope = Scope.open()) {
        FusionLayer.Pair fused = fusion.forward(features.image(), features.text());
        nextText = scope.keep(textEnhancer.forward(fused.text(), textPositions, mask));
        Tensor placed = fused.image().add(image.positions());
        Tensor read = attention.forward(placed, fused.image(), points, grid);
        Tensor attended = attentionNorm.forward(fused.image().add(read));
        nextImage = scope.keep(outputNorm.forward(attended.add(mlp.forward(attended))));
      }
      return new FusionLayer.Pair(nextImage, nextText);
    }
  }
}

package io.llavasg.perception.sam;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.sam.RelativePositions.Distances;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** SAM's image encoder: a ViT of windows and a neck. */
public final class SamVisionEncoder {
  private final SamVisionConfig config;
  private final Tensor patchWeight;
  private final Tensor patchBias;
  private final Optional<Tensor> positions;
  private final List<Layer> layers = new ArrayList<>();
  private final Neck neck;

  public SamVisionEncoder(Parameters parameters, SamVisionConfig config) {
    this.config = config;
    int size = config.hiddenSize();
    int patch = config.patchSize();
    Parameters projection = parameters.in("patch_embed.projection");
    patchWeight = projection.get("weight", size, 3, patch, patch);
    patchBias = projection.get("bias", size);
    positions =
        config.useAbsPos()
            ? Optional.of(
                parameters.get("pos_embed", 1, config.gridSize(), config.gridSize(), size))
            : Optional.empty();
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new Layer(parameters.in("layers", i), config, config.window(i)));
    }
    neck = new Neck(parameters.in("neck"), config);
  }

  /**
   * Image embeddings.
   *
   * @param pixels normalised and padded images (B, 3, image_size, image_size)
   * @return (B, output_channels, grid, grid)
   */
  public Tensor forward(Tensor pixels) {
    try (var scope = Scope.open()) {
      Tensor patches =
          Spatial.conv2d(pixels.like(patchWeight), patchWeight, patchBias, config.patchSize(), 0)
              .permute(0, 2, 3, 1)
              .contiguous();
      Tensor hidden_BHWC = positions.isPresent() ? patches.add(positions.get()) : patches;
      var onGrid = Distances.of(hidden_BHWC.size(1), hidden_BHWC.size(2), hidden_BHWC.device());
      var inWindow = Distances.of(config.windowSize(), config.windowSize(), hidden_BHWC.device());
      for (int i = 0; i < layers.size(); i++) {
        var distances = config.window(i) == 0 ? onGrid : inWindow;
        Tensor next = layers.get(i).forward(hidden_BHWC, distances);
        hidden_BHWC.free();
        hidden_BHWC = next;
      }
      return scope.keep(neck.forward(hidden_BHWC.permute(0, 3, 1, 2)));
    }
  }

  /** One pre-norm transformer layer: (B, H, W, C) → (B, H, W, C). */
  private static final class Layer {
    private final LayerNorm norm1;
    private final SamVisionAttention attention;
    private final LayerNorm norm2;
    private final Mlp mlp;

    Layer(Parameters parameters, SamVisionConfig config, int window) {
      int size = config.hiddenSize();
      norm1 = LayerNorm.of(parameters.in("layer_norm1"), size, config.layerNormEps());
      attention = new SamVisionAttention(parameters.in("attn"), config, window);
      norm2 = LayerNorm.of(parameters.in("layer_norm2"), size, config.layerNormEps());
      mlp =
          new Mlp(
              Linear.of(parameters.in("mlp.lin1"), size, config.mlpDim()),
              config.hiddenAct(),
              Linear.of(parameters.in("mlp.lin2"), config.mlpDim(), size));
    }

    Tensor forward(Tensor hidden, Distances distances) {
      try (var scope = Scope.open()) {
        Tensor attended = hidden.add(attention.forward(norm1.forward(hidden), distances));
        return scope.keep(attended.add(mlp.forward(norm2.forward(attended))));
      }
    }
  }

  /** Two convolutions with norms over the channels: (B, C, H, W) → (B, output_channels, H, W). */
  private static final class Neck {
    private final Tensor weight1;
    private final LayerNorm2d norm1;
    private final Tensor weight2;
    private final LayerNorm2d norm2;

    Neck(Parameters parameters, SamVisionConfig config) {
      int out = config.outputChannels();
      weight1 = parameters.get("conv1.weight", out, config.hiddenSize(), 1, 1);
      norm1 = LayerNorm2d.of(parameters.in("layer_norm1"), out);
      weight2 = parameters.get("conv2.weight", out, out, 3, 3);
      norm2 = LayerNorm2d.of(parameters.in("layer_norm2"), out);
    }

    Tensor forward(Tensor hidden_BCHW) {
      try (var scope = Scope.open()) {
        Tensor narrow = norm1.forward(Spatial.conv2d(hidden_BCHW, weight1, null, 1, 0));
        return scope.keep(norm2.forward(Spatial.conv2d(narrow, weight2, null, 1, 1)));
      }
    }
  }
}

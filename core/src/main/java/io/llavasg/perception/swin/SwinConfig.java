package io.llavasg.perception.swin;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.nn.Activation;
import java.util.List;

/**
 * Shape of a Swin transformer, whatever the images' size.
 *
 * @param embedDim channels of the first stage; each further stage has twice as many
 * @param depths blocks of each stage
 * @param numHeads attention heads of each stage
 * @param windowSize side of a window, in places of the map
 * @param mlpRatio inner size of a block's MLP, in channels of its stage
 * @param patchSize side of a patch in pixels
 */
public record SwinConfig(
    int embedDim,
    List<Integer> depths,
    List<Integer> numHeads,
    int windowSize,
    double mlpRatio,
    int patchSize,
    double layerNormEps,
    Activation hiddenAct) {

  /** The ε of all norms of the published models. */
  public static final double LAYER_NORM_EPS = 1e-5;

  public SwinConfig {
    depths = List.copyOf(depths);
    numHeads = List.copyOf(numHeads);
    if (depths.isEmpty() || depths.size() != numHeads.size()) {
      throw LlavaSgException.user(
          "depths %s and num_heads %s have to name the same stages", depths, numHeads);
    }
    if (embedDim < 1 || windowSize < 1 || patchSize < 1) {
      throw LlavaSgException.user(
          "embed_dim %d, window_size %d and patch_size %d have to be positive",
          embedDim, windowSize, patchSize);
    }
    for (int stage = 0; stage < depths.size(); stage++) {
      int heads = numHeads.get(stage);
      if (depths.get(stage) < 1 || heads < 1 || (embedDim << stage) % heads != 0) {
        throw LlavaSgException.user(
            "stage %d: depths %d and num_heads %d do not fit embed_dim %d, which makes %d channels",
            stage + 1, depths.get(stage), heads, embedDim, embedDim << stage);
      }
    }
  }

  /** A transformer as all published ones are but for the four sizes. */
  public static SwinConfig of(
      int embedDim, List<Integer> depths, List<Integer> numHeads, int windowSize) {
    return new SwinConfig(
        embedDim, depths, numHeads, windowSize, 4, 4, LAYER_NORM_EPS, Activation.GELU);
  }

  /** The same with other patches. */
  public SwinConfig withPatchSize(int size) {
    return new SwinConfig(
        embedDim, depths, numHeads, windowSize, mlpRatio, size, layerNormEps, hiddenAct);
  }

  /**
   * Reads a configuration in the names of Hugging Face's {@code SwinConfig}, with its defaults (the
   * tiny model).
   */
  public static SwinConfig read(ConfigFile config) {
    return config.checked(
        () ->
            new SwinConfig(
                config.size("embed_dim", 96),
                config.sizes("depths", List.of(2, 2, 6, 2)),
                config.sizes("num_heads", List.of(3, 6, 12, 24)),
                config.size("window_size", 7),
                config.positive("mlp_ratio", 4),
                config.size("patch_size", 4),
                config.positive("layer_norm_eps", LAYER_NORM_EPS),
                Activation.parse(config.string("hidden_act", "gelu"))));
  }

  public int stages() {
    return depths.size();
  }

  /** Channels of a stage's feature map, counted from 0. */
  public int channels(int stage) {
    return embedDim << stage;
  }

  /** Inner size of a stage's MLPs. */
  int intermediateSize(int stage) {
    return (int) (channels(stage) * mlpRatio);
  }
}

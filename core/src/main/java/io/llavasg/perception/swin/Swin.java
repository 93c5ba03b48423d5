package io.llavasg.perception.swin;

import io.llavasg.nn.LayerNorm;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * A Swin transformer: images → normalised feature maps of some of its stages. Parameters have the
 * names of Hugging Face's checkpoints; {@link SwinLayout} has the official ones.
 */
public final class Swin {
  private final SwinConfig config;
  private final Tensor patchWeight;
  private final Tensor patchBias;
  private final LayerNorm patchNorm;
  private final List<SwinStage> stages = new ArrayList<>();
  private final List<PatchMerging> merging = new ArrayList<>();

  /** By stage, counted from 0. */
  private final SortedMap<Integer, LayerNorm> norms = new TreeMap<>();

  private Swin(Parameters parameters, SwinConfig config, List<Window> windows) {
    this.config = config;
    int size = config.embedDim();
    int patch = config.patchSize();
    Parameters embeddings = parameters.in("embeddings");
    Parameters projection = embeddings.in("patch_embeddings.projection");
    patchWeight = projection.get("weight", size, 3, patch, patch);
    patchBias = projection.get("bias", size);
    patchNorm = LayerNorm.of(embeddings.in("norm"), size, SwinConfig.LAYER_NORM_EPS);
    for (int i = 0; i < config.stages(); i++) {
      Parameters stage = parameters.in("encoder.layers", i);
      stages.add(new SwinStage(stage, config, i, windows.get(i)));
      if (i + 1 < config.stages()) {
        merging.add(PatchMerging.of(stage.in("downsample"), config.channels(i)));
      }
    }
  }

  /**
   * A detector's backbone: for images of any size, with a norm ({@code hidden_states_norms.stageN})
   * over each stage that is asked for. Windows have one size throughout, and are moved even on a
   * map that one of them covers.
   *
   * @param outputs stages, counted from 1 as in the norms' names
   */
  public static Swin backbone(
      Parameters parameters, SwinConfig config, SortedSet<Integer> outputs) {
    List<Window> windows = new ArrayList<>();
    for (int i = 0; i < config.stages(); i++) {
      windows.add(Window.of(config.windowSize()));
    }
    Swin swin = new Swin(parameters, config, windows);
    for (int stage : outputs) {
      Parameters norm = parameters.in("hidden_states_norms.stage" + stage);
      int size = config.channels(stage - 1);
      swin.norms.put(stage - 1, LayerNorm.of(norm, size, SwinConfig.LAYER_NORM_EPS));
    }
    return swin;
  }

  /**
   * A classifier's tower: for square images of one size, with a norm ({@code layernorm}) over the
   * last stage. Where a stage's map is no larger than a window, there is one window of the map's
   * size, which is not moved; the bias table has that size then.
   *
   * @param imageSize side of the images in pixels
   */
  public static Swin tower(Parameters parameters, SwinConfig config, int imageSize) {
    List<Window> windows = new ArrayList<>();
    for (int i = 0; i < config.stages(); i++) {
      int side = imageSize / config.patchSize() >> i;
      windows.add(
          side <= config.windowSize() ? new Window(side, 0) : Window.of(config.windowSize()));
    }
    Swin swin = new Swin(parameters, config, windows);
    int last = config.stages() - 1;
    swin.norms.put(
        last,
        LayerNorm.of(parameters.in("layernorm"), config.channels(last), config.layerNormEps()));
    return swin;
  }

  /**
   * @param pixels normalised images (B, 3, height, width); filled up with zeros at the right and
   *     the bottom to whole patches
   * @return the map of each stage with a norm, in order: for stage n, counted from 1, of height ⌈
   *     height / (patch_size · 2ⁿ⁻¹)⌉, the width likewise, and embed_dim · 2ⁿ⁻¹ channels
   */
  public List<FeatureMap> forward(Tensor pixels) {
    List<FeatureMap> outputs = new ArrayList<>();
    try (var scope = Scope.open()) {
      FeatureMap map = patches(pixels);
      for (int i = 0; i <= norms.lastKey(); i++) {
        FeatureMap next = stages.get(i).forward(map);
        map.places().free();
        map = next;
        LayerNorm norm = norms.get(i);
        if (norm != null) {
          Tensor normed = scope.keep(norm.forward(map.places()));
          outputs.add(new FeatureMap(normed, map.height(), map.width()));
        }
        if (i < norms.lastKey()) {
          next = merging.get(i).forward(map);
          map.places().free();
          map = next;
        }
      }
    }
    return outputs;
  }

  private FeatureMap patches(Tensor pixels) {
    try (var scope = Scope.open()) {
      int patch = config.patchSize();
      int right = Math.floorMod(-pixels.size(3), patch);
      int bottom = Math.floorMod(-pixels.size(2), patch);
      Tensor whole = pixels.like(patchWeight);
      if (right > 0 || bottom > 0) {
        whole = Spatial.pad(whole, 0, 0, right, 0, bottom);
      }
      Tensor patches_BCHW = Spatial.conv2d(whole, patchWeight, patchBias, patch, 0);
      int height = Math.toIntExact(patches_BCHW.size(2));
      int width = Math.toIntExact(patches_BCHW.size(3));
      Tensor places =
          patches_BCHW
              .reshape(pixels.size(0), config.embedDim(), (long) height * width)
              .transpose(1, 2);
      return new FeatureMap(scope.keep(patchNorm.forward(places)), height, width);
    }
  }
}

package io.llavasg.mini.model;

import io.llavasg.image.ClipImageProcessor;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.tensor.Tensor;
import io.llavasg.text.Tokenizer;
import java.util.List;

/**
 * Batches of scenes as pictures, their captions, and what the things in them are called.
 *
 * @param longest tokens of a caption, begin and end included; what is longer is cut
 * @param grid patches of a picture's side
 */
record CaptionedScenes(ClipImageProcessor processor, Tokenizer tokenizer, int longest, int grid) {

  /** A scene, and what is said of it. */
  record Captioned(Scene scene, String caption) {}

  /**
   * A batch, in plain Java.
   *
   * @param pixels B·3·H·W numbers
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Batch(float[] pixels, int side, Texts captions, Regions regions) {
    Tensor pixelTensor() {
      return Tensor.of(pixels, captions.size(), 3, side, side);
    }
  }

  /** The batch of some scenes. */
  Batch batch(List<Captioned> scenes, Regions.Detail detail) {
    int side = processor.crop().width();
    SceneRenderer renderer = new SceneRenderer();
    float[] pixels = new float[scenes.size() * 3 * side * side];
    for (int i = 0; i < scenes.size(); i++) {
      float[] values = processor.apply(renderer.render(scenes.get(i).scene())).values();
      System.arraycopy(values, 0, pixels, i * values.length, values.length);
    }
    List<String> captions = scenes.stream().map(Captioned::caption).toList();
    List<Scene> drawn = scenes.stream().map(Captioned::scene).toList();
    return new Batch(
        pixels,
        side,
        Texts.of(captions, tokenizer, longest),
        Regions.of(drawn, renderer, detail, grid, tokenizer));
  }
}

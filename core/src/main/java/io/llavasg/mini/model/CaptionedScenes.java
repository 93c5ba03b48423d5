package io.llavasg.mini.model;

import io.llavasg.image.ClipImageProcessor;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.tensor.Tensor;
import io.llavasg.text.Tokenizer;
import java.util.function.IntFunction;

/** Batches of scenes as pictures and captions. */
final class CaptionedScenes {
  private final ClipImageProcessor processor;
  private final Tokenizer tokenizer;
  private final int longest;

  /** A scene, and what is said of it. */
  record Captioned(Scene scene, String caption) {}

  /**
   * A batch, in plain Java.
   *
   * @param pixels B·3·H·W numbers
   * @param ids B·N token ids, zero behind a caption's end
   * @param last where each caption's last token stands among them
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Batch(float[] pixels, long[] ids, long[] last, int side) {
    int size() {
      return last.length;
    }

    Tensor pixelTensor() {
      return Tensor.of(pixels, size(), 3, side, side);
    }

    Tensor idTensor() {
      return Tensor.of(ids, size(), ids.length / size());
    }

    Tensor lastTensor() {
      return Tensor.of(last, size());
    }
  }

  /**
   * @param longest tokens of a caption, begin and end included; what is longer is cut
   */
  CaptionedScenes(ClipImageProcessor processor, Tokenizer tokenizer, int longest) {
    this.processor = processor;
    this.tokenizer = tokenizer;
    this.longest = longest;
  }

  /** The batch of so many scenes. */
  Batch batch(int size, IntFunction<Captioned> scenes) {
    int side = processor.crop().width();
    SceneRenderer renderer = new SceneRenderer();
    float[] pixels = new float[size * 3 * side * side];
    int[][] captions = new int[size][];
    int width = 0;
    for (int i = 0; i < size; i++) {
      Captioned captioned = scenes.apply(i);
      float[] values = processor.apply(renderer.render(captioned.scene())).values();
      System.arraycopy(values, 0, pixels, i * values.length, values.length);
      captions[i] = ids(captioned.caption());
      width = Math.max(width, captions[i].length);
    }
    long[] ids = new long[size * width];
    long[] last = new long[size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < captions[i].length; j++) {
        ids[i * width + j] = captions[i][j];
      }
      last[i] = (long) i * width + captions[i].length - 1;
    }
    return new Batch(pixels, ids, last, side);
  }

  private int[] ids(String caption) {
    int[] words = tokenizer.encode(caption);
    int count = Math.min(words.length, longest - 2);
    int[] ids = new int[count + 2];
    ids[0] = tokenizer.bos();
    System.arraycopy(words, 0, ids, 1, count);
    ids[count + 1] = tokenizer.eos();
    return ids;
  }
}

package io.llavasg.mini.model;

import io.llavasg.graph.Mask;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.mini.Planes;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneRenderer;
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
   * @param regions things, and backgrounds
   */
  record Batch(Planes pixels, Texts captions, List<Regions> regions) {}

  /** The batch of some scenes, with these details said of each thing. */
  Batch batch(List<Captioned> scenes, List<Regions.Detail> details) {
    SceneRenderer renderer = new SceneRenderer();
    List<Scene> drawn = scenes.stream().map(Captioned::scene).toList();
    List<List<Mask>> masks = drawn.stream().map(renderer::masks).toList();
    List<String> captions = scenes.stream().map(Captioned::caption).toList();
    return new Batch(
        Planes.of(drawn.stream().map(renderer::render).toList(), processor::apply),
        Texts.of(captions, tokenizer, longest),
        List.of(
            Regions.ofThings(drawn, masks, details, grid, tokenizer),
            Regions.ofBackgrounds(drawn, masks, grid, tokenizer)));
  }
}

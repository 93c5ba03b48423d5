package io.llavasg.eval;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.generate.Scene;
import io.llavasg.image.RgbImage;

/** Where the entities of an item's image come from. Used by one thread. */
@FunctionalInterface
public interface SceneFinder {

  /**
   * The scene of an item.
   *
   * @param bytes the image's file
   * @param image the same decoded, as it is stored
   * @throws LlavaSgException user, if there is none for this image
   */
  Scene find(EvalItem item, byte[] bytes, RgbImage image);

  /** No scene graphs: the baseline. */
  static SceneFinder none() {
    return (item, bytes, image) -> new Scene.None();
  }

  /** The data set's own entities, or for items that have none, those of another source. */
  static SceneFinder own(SceneFinder others) {
    return (item, bytes, image) ->
        item.entities().isPresent()
            ? new Scene.Given(item.entities().get().get())
            : others.find(item, bytes, image);
  }
}

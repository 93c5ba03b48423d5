package io.llavasg.mini.world.files;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.NewDirectory;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Writes a part of the world into a new folder.
 *
 * @param folder new, or empty
 * @param size of the pictures, in pixels a side
 */
public record WorldWriter(Path folder, int size) {

  /** Is told how far the writing is. */
  @FunctionalInterface
  public interface Listener {
    void done(int scenes, int total);
  }

  /**
   * Writes scenes and all that is said of them. The folder is there once all of it is written.
   *
   * @throws LlavaSgException user, if the folder holds anything already, its parent cannot be
   *     written to, there is no scene to write or the size is none that scenes are drawn in;
   *     resources, if writing fails
   */
  public void write(Split split, long seed, int scenes, Listener listener) {
    if (scenes < 1) {
      throw LlavaSgException.user("%d scenes are none to write; give 1 or more", scenes);
    }
    SceneRenderer renderer = new SceneRenderer(size);
    try (NewDirectory fresh = new NewDirectory(folder)) {
      if (split == Split.TRAIN) {
        new TrainFiles(fresh.path(), renderer, seed).write(scenes, listener);
      } else {
        new TestFiles(fresh.path(), renderer, seed).write(scenes, listener);
      }
      fresh.publish();
    } catch (IOException | UncheckedIOException e) {
      throw LlavaSgException.resources(
          e, "the world cannot be written to '%s': %s", folder, e.toString());
    }
  }
}

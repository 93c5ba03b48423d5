package io.llavasg.train;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;

/**
 * Where and how often a training is saved.
 *
 * @param directory of the checkpoints
 * @param every how many steps
 * @param keep how many checkpoints; older ones are removed once a newer is on disk
 */
public record Saving(Path directory, int every, int keep) {

  public Saving {
    if (every < 1 || keep < 1) {
      throw LlavaSgException.user(
          "checkpoints are saved every %d steps and %d of them kept, but both have to be 1 or more",
          every, keep);
    }
  }
}

package io.llavasg.graph;

import io.llavasg.LlavaSgException;
import java.util.Optional;

/**
 * A thing that perception found in a photo.
 *
 * @param label what it is, such as a tag of the tagger
 * @param score the detector's confidence; 1 where none was given
 * @param box in pixels of the original image; if given empty, the mask's extent, which only an
 *     empty mask lacks
 * @param mask over the original image
 */
public record Entity(String label, double score, Optional<Box> box, Mask mask) {

  public Entity {
    if (!Double.isFinite(score)) {
      throw LlavaSgException.user("score of '%s' is %s; it must be a finite number", label, score);
    }
    if (box.isEmpty()) {
      box = mask.box();
    }
  }

  /** An entity whose box is its mask's extent. */
  public static Entity of(String label, double score, Mask mask) {
    return new Entity(label, score, Optional.empty(), mask);
  }
}

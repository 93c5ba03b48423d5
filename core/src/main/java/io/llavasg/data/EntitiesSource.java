package io.llavasg.data;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entities;
import java.nio.file.Path;
import java.util.Optional;

/** Where the entities of samples come from. Safe for several threads. */
@FunctionalInterface
public interface EntitiesSource {

  /**
   * The entities of a sample's image; empty if this source has none for it. No entity in the image
   * is an answer, too, and not empty.
   *
   * @param image the image's file
   * @throws LlavaSgException user, if there are some, but broken
   */
  Optional<Entities> find(Sample sample, Path image);

  /** This source first, then another. */
  default EntitiesSource or(EntitiesSource next) {
    return (sample, image) -> find(sample, image).or(() -> next.find(sample, image));
  }
}

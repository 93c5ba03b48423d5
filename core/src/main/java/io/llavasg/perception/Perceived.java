package io.llavasg.perception;

import io.llavasg.graph.Entities;
import java.util.List;
import java.util.Optional;

/**
 * What perception makes of a photo.
 *
 * @param tags what was looked for, with the tagger's scores; a tag that was given has 1
 * @param entities best first; none is a normal result
 */
public record Perceived(List<Tag> tags, Entities entities) {
  public Perceived {
    tags = List.copyOf(tags);
  }

  /** These results under a photo's file name. */
  public Perceived named(String image) {
    return new Perceived(tags, new Entities(Optional.of(image), entities.list()));
  }
}

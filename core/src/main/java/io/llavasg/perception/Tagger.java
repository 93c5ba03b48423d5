package io.llavasg.perception;

import io.llavasg.image.RgbImage;
import java.util.List;

/** Says what is in a photo: the pipeline's first stage. */
public interface Tagger extends AutoCloseable {

  /** Tags of one photo, in the vocabulary's order; none is a normal result. */
  List<Tag> tag(RgbImage image);

  /** Tags of several photos, those of each alone; on a GPU scores may differ by rounding. */
  default List<List<Tag>> tagAll(List<RgbImage> images) {
    return images.stream().map(this::tag).toList();
  }

  @Override
  default void close() {}
}

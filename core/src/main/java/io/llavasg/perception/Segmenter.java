package io.llavasg.perception;

import io.llavasg.graph.Box;
import io.llavasg.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/** Draws the outline of what is in a box: the pipeline's third stage. */
public interface Segmenter extends AutoCloseable {

  /** A mask over the whole photo for each box, in the boxes' order. */
  List<Segment> segment(RgbImage image, List<Box> boxes);

  /**
   * Masks for several photos, the same as for each alone.
   *
   * @param boxes one list for each image
   */
  default List<List<Segment>> segmentAll(List<RgbImage> images, List<List<Box>> boxes) {
    List<List<Segment>> all = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      all.add(segment(images.get(i), boxes.get(i)));
    }
    return all;
  }

  @Override
  default void close() {}
}

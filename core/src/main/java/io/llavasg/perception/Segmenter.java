package io.llavasg.perception;

import io.llavasg.graph.Box;
import io.llavasg.image.RgbImage;
import java.util.List;
import java.util.stream.IntStream;

/** Draws the outline of what is in a box: the pipeline's third stage. */
public interface Segmenter extends AutoCloseable {

  /** A mask over the whole photo for each box, in the boxes' order. */
  List<Segment> segment(RgbImage image, List<Box> boxes);

  /** Masks of several photos, the same as of each alone; as many lists of boxes as photos. */
  default List<List<Segment>> segmentAll(List<RgbImage> images, List<List<Box>> boxes) {
    return IntStream.range(0, images.size())
        .mapToObj(i -> segment(images.get(i), boxes.get(i)))
        .toList();
  }

  @Override
  default void close() {}
}

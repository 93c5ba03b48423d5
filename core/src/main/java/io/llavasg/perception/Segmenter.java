package io.llavasg.perception;

import io.llavasg.graph.Box;
import io.llavasg.image.RgbImage;
import java.util.List;

/** Draws the outline of what is in a box: the pipeline's third stage. */
public interface Segmenter extends AutoCloseable {

  /** A mask over the whole photo for each box, in the boxes' order. */
  List<Segment> segment(RgbImage image, List<Box> boxes);

  @Override
  default void close() {}
}

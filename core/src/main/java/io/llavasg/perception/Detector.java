package io.llavasg.perception;

import io.llavasg.image.RgbImage;
import java.util.List;

/** Finds things in a photo by their names: the pipeline's second stage. */
public interface Detector extends AutoCloseable {

  /**
   * Things in a photo, best first; none is a normal result.
   *
   * @param labels what to look for, any number; none finds nothing
   */
  List<Detection> detect(RgbImage image, List<String> labels);

  @Override
  default void close() {}
}

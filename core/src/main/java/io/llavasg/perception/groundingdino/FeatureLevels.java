package io.llavasg.perception.groundingdino;

import io.llavasg.image.Size;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import java.util.List;

/**
 * The maps of an image, fine to coarse, whose places stand row by row and one map after the other
 * in one sequence.
 *
 * @param sizes of the maps
 */
record FeatureLevels(List<Size> sizes) {

  FeatureLevels {
    sizes = List.copyOf(sizes);
  }

  int count() {
    return sizes.size();
  }

  /** N: places of all maps. */
  int places() {
    return sizes.stream().mapToInt(size -> Math.toIntExact(size.area())).sum();
  }

  /** Places of all maps with a frame of one place around each. */
  long framedPlaces() {
    return sizes.stream().mapToLong(Grid::framedArea).sum();
  }

  /**
   * The middle of every place, as a share of the map's sides: (1, N, 2), x before y.
   *
   * @return float32
   */
  Tensor centres(Device device) {
    float[] centres = new float[2 * places()];
    int at = 0;
    for (Size size : sizes) {
      for (int y = 0; y < size.height(); y++) {
        for (int x = 0; x < size.width(); x++) {
          centres[at++] = (x + 0.5f) / size.width();
          centres[at++] = (y + 0.5f) / size.height();
        }
      }
    }
    return Tensor.of(centres, 1, places(), 2).to(device);
  }
}

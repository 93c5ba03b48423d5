package io.llavasg.perception;

import io.llavasg.graph.Box;
import io.llavasg.image.RgbImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

// The example of docs/perception.md, word for word: ownStagesAreTheDocumentsExample compares them.
// docs begin
/** Finds things of one colour by the colour's name. */
final class ColourDetector implements Detector {
  static final Map<String, Integer> COLOURS =
      Map.of("red", 0xff0000, "green", 0x00ff00, "blue", 0x0000ff);

  @Override
  public List<Detection> detect(RgbImage image, List<String> labels) {
    List<Detection> found = new ArrayList<>();
    for (String label : labels) {
      Optional.ofNullable(COLOURS.get(label))
          .flatMap(colour -> extent(image, colour))
          .ifPresent(box -> found.add(new Detection(label, share(image, box), box)));
    }
    found.sort(Comparator.comparingDouble(detection -> -detection.score()));
    return found;
  }

  /** The smallest box around all pixels of a colour. */
  private static Optional<Box> extent(RgbImage image, int colour) {
    int left = image.width();
    int top = image.height();
    int right = 0;
    int bottom = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        if (image.pixel(x, y) == colour) {
          left = Math.min(left, x);
          top = Math.min(top, y);
          right = Math.max(right, x + 1);
          bottom = Math.max(bottom, y + 1);
        }
      }
    }
    return right == 0 ? Optional.empty() : Optional.of(new Box(left, top, right, bottom));
  }

  /** Larger things are surer things. */
  private static double share(RgbImage image, Box box) {
    return box.width() * box.height() / image.size().area();
  }
}
// docs end

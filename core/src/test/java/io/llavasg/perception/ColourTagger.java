package io.llavasg.perception;

import io.llavasg.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Says which colours are in a photo. */
final class ColourTagger implements Tagger {
  @Override
  public List<Tag> tag(RgbImage image) {
    List<Tag> tags = new ArrayList<>();
    new TreeMap<>(ColourDetector.COLOURS)
        .forEach(
            (name, colour) -> {
              for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++) {
                  if (image.pixel(x, y) == colour) {
                    tags.add(new Tag(name, .75));
                    return;
                  }
                }
              }
            });
    return tags;
  }
}

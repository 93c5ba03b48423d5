package io.llavasg.perception;

import io.llavasg.graph.Box;
import io.llavasg.graph.Mask;
import io.llavasg.image.RgbImage;
import java.util.List;

// docs begin
/** Takes what has the colour of the box's centre. */
final class ColourSegmenter implements Segmenter {
  @Override
  public List<Segment> segment(RgbImage image, List<Box> boxes) {
    return boxes.stream().map(box -> new Segment(mask(image, box), 1)).toList();
  }

  private static Mask mask(RgbImage image, Box box) {
    int centreX = (int) Math.clamp((box.x0() + box.x1()) / 2, 0, image.width() - 1);
    int centreY = (int) Math.clamp((box.y0() + box.y1()) / 2, 0, image.height() - 1);
    int colour = image.pixel(centreX, centreY);
    byte[] inside = new byte[image.width() * image.height()];
    for (int y = (int) Math.max(0, box.y0()); y < Math.min(image.height(), box.y1()); y++) {
      for (int x = (int) Math.max(0, box.x0()); x < Math.min(image.width(), box.x1()); x++) {
        inside[y * image.width() + x] = (byte) (image.pixel(x, y) == colour ? 1 : 0);
      }
    }
    return Mask.ofRowMajor(image.width(), image.height(), inside);
  }
}
// docs end

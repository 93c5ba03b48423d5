package io.llavasg.perception.groundingdino;

import io.llavasg.LlavaSgException;

/**
 * What is kept of what the network finds; all from 0 to 1.
 *
 * <p>A detection's score is its largest likeness to any token of the caption, the separators
 * included, and its label the tag whose own tokens it is most like. So a strong score may come with
 * a weak name. The reference cuts the words of a label by the text threshold, down to none, and
 * keeps the box in any case; a label here is always one whole tag, and the box stays here, too. The
 * text threshold then says whether the name is good enough to insist on: where tags take several
 * captions, a detection whose own likeness is not above it takes over the label of the one that is
 * most sure among those that it suppresses and that other captions found.
 *
 * @param boxThreshold detections score above it
 * @param textThreshold a name is sure above it
 * @param nmsThreshold of two boxes whose intersection over union is above it, the better stays,
 *     whatever their labels; 1 keeps all
 */
public record GroundingDinoOptions(double boxThreshold, double textThreshold, double nmsThreshold) {

  /** The Grounded-SAM demo's with RAM: .25, .20 and .5. */
  public static final GroundingDinoOptions DEFAULT = new GroundingDinoOptions(.25, .20, .5);

  public GroundingDinoOptions {
    requireShare("box threshold", boxThreshold);
    requireShare("text threshold", textThreshold);
    requireShare("NMS threshold", nmsThreshold);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw LlavaSgException.user("the %s is %s, but has to be from 0 to 1", name, value);
    }
  }
}

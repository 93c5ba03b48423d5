package io.llavasg.data;

/**
 * What of a sound sample is not trained on.
 *
 * @param offCanvas entities without a pixel on the square that the model sees
 * @param surplus entities beyond the most that a scene graph takes
 * @param openings first turns that were the assistant's, as LLaVA's training leaves them out
 */
public record LeftOut(int offCanvas, int surplus, int openings) {
  static final LeftOut NOTHING = new LeftOut(0, 0, 0);

  LeftOut withOpenings(int turns) {
    return new LeftOut(offCanvas, surplus, turns);
  }
}

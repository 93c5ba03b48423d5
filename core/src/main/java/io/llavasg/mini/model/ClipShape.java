package io.llavasg.mini.model;

import io.llavasg.vision.ClipTextConfig;
import io.llavasg.vision.ClipVisionConfig;

/**
 * Shape of a CLIP.
 *
 * @param projection size of the space that both halves share
 */
public record ClipShape(ClipVisionConfig vision, ClipTextConfig text, int projection) {

  ClipShape withVocabSize(int size) {
    return new ClipShape(vision, text.withVocabSize(size), projection);
  }
}

package io.llavasg.eval.task;

import io.llavasg.LlavaSgException;

/** An encoded image that is read when it is needed. */
public interface ImageSource {

  /** Its file's name, or what stands for it; entities files are named after it. */
  String name();

  /**
   * The image file's content.
   *
   * @throws LlavaSgException user, if it is not there
   */
  byte[] bytes();
}

package io.llavasg.graph.draw;

/**
 * What stands below a picture.
 *
 * @param question left out if blank
 * @param answer left out if blank
 */
public record Caption(String question, String answer) {

  /** Nothing below the picture. */
  public static Caption none() {
    return new Caption("", "");
  }
}

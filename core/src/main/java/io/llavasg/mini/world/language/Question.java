package io.llavasg.mini.world.language;

/**
 * A question about a scene, with the one right answer.
 *
 * @param template of which its text was made
 * @param pairReserved whether it names an entity-relation pair that training never names
 */
public record Question(
    QuestionType type, Template template, String text, String answer, boolean pairReserved) {

  /** Which part of the test it belongs to. */
  public TestPart part() {
    return TestPart.of(template.reserved(), pairReserved);
  }

  /** The text with its slots open: what questions of one form have in common. */
  public String form() {
    return template.text();
  }
}

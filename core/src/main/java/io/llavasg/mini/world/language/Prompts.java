package io.llavasg.mini.world.language;

/** What stands behind a question, as LLaVA's training data and evaluation have it. */
public final class Prompts {
  /** After a question with a short answer. */
  public static final String SHORT_ANSWER = "\nAnswer the question using a single word or phrase.";

  /** After a multiple choice. */
  public static final String LETTER =
      "\nAnswer with the option's letter from the given choices directly.";

  /** Asks for a caption. */
  public static final String CAPTION = "Provide a one-sentence caption for the provided image.";

  private Prompts() {}

  /** A multiple choice as LLaVA's training data has it. */
  public static String choice(Choice choice) {
    return choice.text() + "\n" + choice.lines() + LETTER;
  }

  /** A multiple choice as the evaluation of MMBench asks it. */
  public static String benchmarkChoice(Choice choice) {
    return choice.text() + " There are several options:\n" + choice.lines() + "\n" + LETTER;
  }
}

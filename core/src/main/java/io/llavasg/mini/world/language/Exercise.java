package io.llavasg.mini.world.language;

import io.llavasg.text.Turn;
import java.util.List;

/**
 * A scene in notes, and questions about it: what a language model can learn to look up from.
 *
 * @param notes of each thing, in chance order, and for the background: see {@link Notes}
 * @param turns questions and answers
 */
public record Exercise(List<Note> notes, List<Turn> turns) {
  /** How it is asked, from the plainest on. */
  public enum Form {
    /**
     * Keywords of what one look at a note answers, or two notes beside one another; things are
     * named by one word.
     */
    PLAIN_KEYWORDS,
    /** The words that matter alone, such as {@code color dog}, in either order. */
    KEYWORDS,
    /** Whole questions. */
    QUESTIONS,
    /** Multiple choices, and no word of how to answer. */
    CHOICES,
    /** A few questions as a user asks them, some with word of how to answer. */
    CONVERSATION,
    /** An instruction of stage 3, with all that it may ask for. */
    INSTRUCTION
  }

  public Exercise {
    notes = List.copyOf(notes);
    turns = List.copyOf(turns);
  }
}

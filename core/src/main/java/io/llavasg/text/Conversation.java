package io.llavasg.text;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Turns of user and assistant, in this order, perhaps about an image. The image belongs to the
 * first turn.
 *
 * <p>Whether there is an image is said apart from the text: {@link #ofUser} and {@link #aboutImage}
 * take text as it is, and an {@code <image>} in it is seven characters. Only data files mark the
 * image inside the text; {@link #ofDataset} reads them.
 */
public record Conversation(List<Turn> turns, ImageInput image) {
  /** Marks the image in the text of a data file. */
  public static final String IMAGE_MARKER = "<image>";

  /** Whether an image is part of a conversation. */
  public enum ImageInput {
    ATTACHED,
    NONE
  }

  public Conversation {
    turns = List.copyOf(turns);
    if (turns.isEmpty()) {
      throw LlavaSgException.user("a conversation needs at least one turn");
    }
    for (int i = 0; i < turns.size(); i++) {
      Role expected = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
      if (turns.get(i).role() != expected) {
        throw LlavaSgException.user(
            "turn %d of a conversation is the %s's; user and assistant take turns, the user first",
            i + 1, turns.get(i).role() == Role.USER ? "user" : "assistant");
      }
    }
  }

  /** A question without an image. */
  public static Conversation ofUser(String question) {
    return new Conversation(List.of(Turn.user(question)), ImageInput.NONE);
  }

  /** A question about an image. */
  public static Conversation aboutImage(String question) {
    return new Conversation(List.of(Turn.user(question)), ImageInput.ATTACHED);
  }

  /**
   * A conversation from a data file. {@link #IMAGE_MARKER} in the first turn, wherever it stands,
   * attaches the image and leaves the text.
   */
  public static Conversation ofDataset(List<Turn> turns) {
    if (turns.isEmpty() || !turns.get(0).text().contains(IMAGE_MARKER)) {
      refuseMarker(turns, 0);
      return new Conversation(turns, ImageInput.NONE);
    }
    refuseMarker(turns, 1);
    List<Turn> unmarked = new ArrayList<>(turns);
    Turn first = turns.get(0);
    unmarked.set(0, new Turn(first.role(), first.text().replace(IMAGE_MARKER, "")));
    return new Conversation(unmarked, ImageInput.ATTACHED);
  }

  private static void refuseMarker(List<Turn> turns, int from) {
    for (int i = from; i < turns.size(); i++) {
      if (turns.get(i).role() == Role.USER && turns.get(i).text().contains(IMAGE_MARKER)) {
        throw LlavaSgException.user(
            "turn %d of a conversation holds %s; the image belongs to the first turn",
            i + 1, IMAGE_MARKER);
      }
    }
  }

  /** The conversation gone on with an answer and the next question. */
  public Conversation then(String answer, String question) {
    return new Conversation(
        Stream.concat(turns.stream(), Stream.of(Turn.assistant(answer), Turn.user(question)))
            .toList(),
        image);
  }

  /** The conversation ended with an answer. */
  public Conversation answered(String answer) {
    return new Conversation(
        Stream.concat(turns.stream(), Stream.of(Turn.assistant(answer))).toList(), image);
  }

  public boolean hasImage() {
    return image == ImageInput.ATTACHED;
  }

  /**
   * The text that activates the scene graph: the first user turn's, stripped. To be tokenised on
   * its own, without BOS.
   */
  public String promptText() {
    return strip(turns.get(0).text());
  }

  /** Strips what Python's {@code str.strip} does, which includes no-break spaces. */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (start < end && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}

package io.llavasg.text;

import java.util.List;

/** What the language model is to read: token ids, and the place of the image among them. */
public record Prompt(List<Segment> segments) {
  public Prompt {
    segments = List.copyOf(segments);
  }

  /** A part of a prompt. */
  public sealed interface Segment permits Text, Image {}

  /**
   * Token ids.
   *
   * @param answers which of them the assistant says, its end token included: the ones to learn
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Text(int[] ids, List<Span> answers) implements Segment {
    public Text {
      answers = List.copyOf(answers);
    }
  }

  /** The image's place; image tokens and scene graph go here. */
  public record Image() implements Segment {}

  /** Indices {@code from}, inclusive, to {@code to}, exclusive, into a text's ids. */
  public record Span(int from, int to) {}

  /** How many text tokens there are. */
  public int textLength() {
    return segments.stream().mapToInt(s -> s instanceof Text text ? text.ids().length : 0).sum();
  }
}

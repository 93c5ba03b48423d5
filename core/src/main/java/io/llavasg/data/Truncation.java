package io.llavasg.data;

import io.llavasg.LlavaSgException;
import io.llavasg.text.Prompt;
import io.llavasg.text.Prompt.Segment;
import io.llavasg.text.Prompt.Span;
import io.llavasg.text.Prompt.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts prompts to a length that counts the image's positions, labels with them. */
final class Truncation {
  private Truncation() {}

  /**
   * The first {@code most} positions of a prompt.
   *
   * @param image positions of its image, scene graph and markers included
   */
  static Prompt cut(Prompt prompt, int image, int most) {
    List<Segment> kept = new ArrayList<>();
    int room = most;
    for (Segment segment : prompt.segments()) {
      if (segment instanceof Text text) {
        kept.add(text.ids().length <= room ? text : first(text, room));
        room -= Math.min(room, text.ids().length);
      } else {
        if (image > room) {
          throw LlavaSgException.user(
              "the context of %d positions ends within the image, which takes %d", most, image);
        }
        kept.add(segment);
        room -= image;
      }
      if (room == 0) {
        break;
      }
    }
    return new Prompt(kept);
  }

  private static Text first(Text text, int length) {
    List<Span> answers =
        text.answers().stream()
            .filter(span -> span.from() < length)
            .map(span -> new Span(span.from(), Math.min(span.to(), length)))
            .toList();
    return new Text(Arrays.copyOf(text.ids(), length), answers);
  }

  /** How many tokens of a prompt are to be learned. */
  static int answers(Prompt prompt) {
    return prompt.segments().stream()
        .mapToInt(segment -> segment instanceof Text text ? answers(text) : 0)
        .sum();
  }

  private static int answers(Text text) {
    return text.answers().stream().mapToInt(span -> span.to() - span.from()).sum();
  }
}

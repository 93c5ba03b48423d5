package io.llavasg.train;

import io.llavasg.data.Example;
import io.llavasg.text.Prompt;
import java.util.ArrayList;
import java.util.List;

/**
 * What a position of an example is to predict.
 *
 * @param positions of the hidden states that predict, in order: each the one before its token
 * @param tokens ids to be predicted, as many
 * @param length positions of the example, image and graph expanded
 */
@SuppressWarnings("ArrayRecordComponent")
record Labels(int[] positions, long[] tokens, int length) {

  /**
   * @param imagePositions what takes the image's place: patches, and the graph with its markers
   */
  static Labels of(Example example, int imagePositions) {
    List<Integer> positions = new ArrayList<>();
    List<Long> tokens = new ArrayList<>();
    int offset = 0;
    for (Prompt.Segment segment : example.prompt().segments()) {
      if (segment instanceof Prompt.Text text) {
        for (Prompt.Span answer : text.answers()) {
          for (int i = answer.from(); i < answer.to(); i++) {
            if (offset + i > 0) { // nothing comes before the first token that could predict it
              positions.add(offset + i - 1);
              tokens.add((long) text.ids()[i]);
            }
          }
        }
        offset += text.ids().length;
      } else {
        offset += imagePositions;
      }
    }
    return new Labels(
        positions.stream().mapToInt(Integer::intValue).toArray(),
        tokens.stream().mapToLong(Long::longValue).toArray(),
        offset);
  }

  int count() {
    return tokens.length;
  }
}

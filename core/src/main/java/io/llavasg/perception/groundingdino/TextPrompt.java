package io.llavasg.perception.groundingdino;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Tensor;
import java.util.List;

/**
 * A caption of phrases as the network reads it: each phrase, with the separator behind it, is a
 * text of its own, whose tokens see each other and no others, and whose positions start at zero.
 * What stands in no phrase, such as the tokens around the caption, sees itself alone.
 *
 * @param ids token ids, {@code [CLS]} first and {@code [SEP]} last
 * @param positions of each token in its phrase
 * @param phrases which phrase each token is of; −1 for none
 */
public record TextPrompt(List<Integer> ids, List<Integer> positions, List<Integer> phrases) {

  /** {@code [CLS]}, {@code [SEP]}, {@code .} and {@code ?} of bert-base-uncased: they part. */
  private static final List<Integer> SEPARATORS = List.of(101, 102, 1012, 1029);

  public TextPrompt {
    ids = List.copyOf(ids);
    positions = List.copyOf(positions);
    phrases = List.copyOf(phrases);
  }

  /** Whether phrases end at this token. */
  static boolean isSeparator(int id) {
    return SEPARATORS.contains(id);
  }

  /** Finds the phrases of a caption. */
  public static TextPrompt of(List<Integer> ids, Variant variant) {
    int length = ids.size();
    Integer[] positions = new Integer[length];
    Integer[] phrases = new Integer[length];
    int start = 0;
    for (int i = 0; i < length; i++) {
      positions[i] = 0;
      phrases[i] = -1;
      if (!isSeparator(ids.get(i))) {
        continue;
      }
      if (i > 0 && i < length - 1) {
        for (int token = start; token <= i; token++) {
          positions[token] = token < i ? token - start : variant.separatorPosition(i - start);
          phrases[token] = start;
        }
      }
      start = i + 1;
    }
    return new TextPrompt(ids, List.of(positions), List.of(phrases));
  }

  public int length() {
    return ids.size();
  }

  /** Boolean (T, T): whether a token sees another. */
  Tensor mask(Device device) {
    int length = length();
    float[] sees = new float[length * length];
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < length; j++) {
        boolean together = phrases.get(i) >= 0 && phrases.get(i).equals(phrases.get(j));
        sees[i * length + j] = i == j || together ? 1 : 0;
      }
    }
    return Tensor.of(sees, length, length).to(DType.BOOL).to(device);
  }

  Tensor idTensor(Device device) {
    return indices(ids, device);
  }

  Tensor positionTensor(Device device) {
    return indices(positions, device);
  }

  private static Tensor indices(List<Integer> values, Device device) {
    return Tensor.ofIds(values.stream().mapToInt(Integer::intValue).toArray()).to(device);
  }
}

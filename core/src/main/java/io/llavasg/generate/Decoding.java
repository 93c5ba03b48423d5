package io.llavasg.generate;

import io.llavasg.LlavaSgException;
import io.llavasg.language.KeyValueCache;
import io.llavasg.language.LlamaDecoder;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;

/**
 * A batch of sequences in the course of being decoded: a key_value cache and where each row stands.
 * Row i's prompt ends in the slot where all prompts end; the slots before its start stay unused.
 */
final class Decoding implements AutoCloseable {
  private final LlamaDecoder decoder;
  private final KeyValueCache cache;
  private final int[] starts;

  /**
   * @param promptLengths of each row, in positions
   * @param newTokens room for as many positions after the prompts
   */
  Decoding(LlamaDecoder decoder, int[] promptLengths, int newTokens) {
    this.decoder = decoder;
    int longest = 0;
    for (int length : promptLengths) {
      longest = Math.max(longest, length);
    }
    starts = new int[promptLengths.length];
    for (int row = 0; row < starts.length; row++) {
      starts[row] = longest - promptLengths[row];
    }
    Tensor weight = decoder.embedding().weight();
    cache =
        KeyValueCache.allocate(
            decoder.config(), starts.length, longest + newTokens, weight.dtype(), weight.device());
  }

  /** Fails where a prompt leaves no position of the context for an answer. */
  static void requireRoom(LlamaDecoder decoder, int promptLength) {
    int context = decoder.config().maxPositionEmbeddings();
    if (promptLength >= context) {
      throw LlavaSgException.user(
          "the question is too long: its prompt takes %d positions (image and graph included), and"
              + " the model's context has %d",
          promptLength, context);
    }
  }

  /**
   * Feeds one row's whole prompt into an unused cache.
   *
   * @param embeddings (1, N, hidden_size)
   * @return logits (1, vocabulary) of the token that follows
   */
  Tensor prefill(int row, Tensor embeddings) {
    try (KeyValueCache view = cache.row(row, starts[row])) {
      return forward(embeddings, new int[][] {range(0, length(embeddings))}, Mask.CAUSAL, view);
    }
  }

  /** Counts the prompts as held, once every row is prefilled. */
  void prefilled(int longest) {
    cache.advance(longest);
  }

  /** Feeds one more token to each row: ids (B) → logits (B, vocabulary). */
  Tensor step(int[] ids) {
    try (var scope = Scope.open()) {
      int[][] positions = new int[ids.length][1];
      for (int row = 0; row < ids.length; row++) {
        positions[row][0] = cache.length() - starts[row];
      }
      Tensor embeddings = decoder.embedding().forward(ids).unsqueeze(1);
      return scope.keep(forward(embeddings, positions, paddingMask(), cache));
    }
  }

  /** Feeds several more tokens to the only row: ids → logits (1, vocabulary) after the last. */
  Tensor extend(int[] ids) {
    try (var scope = Scope.open()) {
      cache.reserve(cache.length() + ids.length);
      Tensor embeddings = decoder.embedding().forward(ids).unsqueeze(0);
      int[][] positions = {range(cache.length(), ids.length)};
      Mask mask = Mask.of(causal(cache.length(), ids.length).to(embeddings.device()));
      return scope.keep(forward(embeddings, positions, mask, cache));
    }
  }

  int length() {
    return cache.length();
  }

  /** Goes back to where it had read {@code length} positions. */
  void truncate(int length) {
    cache.truncate(length);
  }

  /** Makes room for {@code newTokens} more. */
  void reserve(int newTokens) {
    cache.reserve(cache.length() + newTokens);
  }

  private Tensor forward(Tensor embeddings, int[][] positions, Mask mask, KeyValueCache view) {
    try (var scope = Scope.open()) {
      Tensor hidden = decoder.forward(embeddings, positions, mask, view);
      Tensor last = hidden.select(1, hidden.size(1) - 1);
      return scope.keep(decoder.logits(last));
    }
  }

  /** Hides the slots before each row's prompt; none where all prompts are of one length. */
  private Mask paddingMask() {
    boolean padded = false;
    for (int start : starts) {
      padded |= start > 0;
    }
    if (!padded) {
      return Mask.NONE;
    }
    int slots = cache.length() + 1;
    float[] visible = new float[starts.length * slots];
    for (int row = 0; row < starts.length; row++) {
      for (int slot = starts[row]; slot < slots; slot++) {
        visible[row * slots + slot] = 1;
      }
    }
    Tensor mask = Tensor.of(visible, starts.length, 1, 1, slots).to(DType.BOOL);
    return Mask.of(mask.to(decoder.embedding().weight().device()));
  }

  /** Query i of {@code count} sees the {@code held} positions and the new ones up to itself. */
  private static Tensor causal(int held, int count) {
    int slots = held + count;
    float[] visible = new float[count * slots];
    for (int i = 0; i < count; i++) {
      for (int slot = 0; slot <= held + i; slot++) {
        visible[i * slots + slot] = 1;
      }
    }
    return Tensor.of(visible, 1, 1, count, slots).to(DType.BOOL);
  }

  private static int length(Tensor embeddings) {
    return Math.toIntExact(embeddings.size(1));
  }

  private static int[] range(int from, int count) {
    int[] range = new int[count];
    for (int i = 0; i < count; i++) {
      range[i] = from + i;
    }
    return range;
  }

  @Override
  public void close() {
    cache.close();
  }
}

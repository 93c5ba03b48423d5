package io.llavasg.generate;

import io.llavasg.LlavaSgException;
import io.llavasg.generate.PromptEmbedder.Embedded;
import io.llavasg.language.LlamaDecoder;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Generates answers to embedded prompts, one or a batch of them. */
final class Generator {
  private final LlamaDecoder decoder;
  private final Set<Integer> endTokens;

  /**
   * @param endTokens ids that end an answer, and are no part of it
   */
  Generator(LlamaDecoder decoder, Set<Integer> endTokens) {
    this.decoder = decoder;
    this.endTokens = endTokens;
  }

  /** Is told of each token as it is chosen. */
  interface TokenListener {
    void token(int row, int id);
  }

  /** An answer in the making. */
  static final class Row {
    private final Sampler sampler;
    private final int most;
    private final List<Integer> ids = new ArrayList<>();
    private float[] firstLogits = new float[0];
    private boolean ended;

    private Row(GenerationConfig config, int room) {
      sampler = new Sampler(config);
      most = Math.min(config.maxNewTokens(), room);
    }

    /** Generated ids without the end token. */
    int[] ids() {
      return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Scores over the vocabulary of the first token. */
    float[] firstLogits() {
      return firstLogits;
    }

    /** The generated ids that a cache which has read {@code count} of them lacks. */
    int[] unread(int count) {
      return ids.stream().skip(count).mapToInt(Integer::intValue).toArray();
    }

    private boolean done() {
      return ended || ids.size() >= most;
    }

    /** Takes the chosen token, which may be the answer's end, and returns it. */
    private int accept(int index, int id, Set<Integer> endTokens, TokenListener listener) {
      if (endTokens.contains(id)) {
        ended = true;
      } else {
        ids.add(id);
        listener.token(index, id);
      }
      return id;
    }
  }

  /**
   * Answers to a batch, in its order.
   *
   * @param prefillNanos time of all prefills
   * @param decodeNanos time of all tokens but the first
   */
  record Answers(List<Row> rows, long prefillNanos, long decodeNanos) {}

  /** Answers {@code prompts}, each by its own configuration, decoding them together. */
  Answers generate(List<Embedded> prompts, List<GenerationConfig> configs, TokenListener listener) {
    int[] lengths = prompts.stream().mapToInt(Embedded::length).toArray();
    int longest = Arrays.stream(lengths).max().orElseThrow();
    int context = decoder.config().maxPositionEmbeddings();
    List<Row> rows = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < lengths.length; i++) {
      Decoding.requireRoom(decoder, lengths[i]);
      rows.add(new Row(configs.get(i), context - lengths[i]));
      most = Math.max(most, rows.get(i).most);
    }
    long start = System.nanoTime();
    try (Decoding decoding = new Decoding(decoder, lengths, most);
        var scope = Scope.open()) {
      int[] next = new int[rows.size()];
      for (int i = 0; i < next.length; i++) {
        heedInterrupt();
        Row row = rows.get(i);
        row.firstLogits = decoding.prefill(i, prompts.get(i).embeddings()).toFloats();
        next[i] = row.accept(i, row.sampler.next(row.firstLogits), endTokens, listener);
      }
      decoding.prefilled(longest);
      long prefilled = System.nanoTime();
      decode(decoding, rows, next, listener);
      return new Answers(rows, prefilled - start, System.nanoTime() - prefilled);
    }
  }

  /** Goes on after what a decoding of one row has read, which led to {@code logits}. */
  Row continueRow(
      Decoding decoding, float[] logits, GenerationConfig config, TokenListener listener) {
    int room = decoder.config().maxPositionEmbeddings() - decoding.length();
    Row row = new Row(config, room);
    row.firstLogits = logits;
    decoding.reserve(row.most);
    int first = row.accept(0, row.sampler.next(logits), endTokens, listener);
    decode(decoding, List.of(row), new int[] {first}, listener);
    return row;
  }

  /** Feeds each row its latest token and chooses the next, until all rows are done. */
  private void decode(Decoding decoding, List<Row> rows, int[] latest, TokenListener listener) {
    boolean greedy = rows.stream().allMatch(row -> row.sampler.isGreedy());
    while (!rows.stream().allMatch(Row::done)) {
      heedInterrupt();
      try (var scope = Scope.open()) {
        Tensor logits = decoding.step(latest);
        long[] best = greedy ? logits.argmax(-1).toLongs() : new long[0];
        for (int i = 0; i < latest.length; i++) {
          Row row = rows.get(i);
          if (!row.done()) {
            int id = greedy ? (int) best[i] : row.sampler.next(logits.select(0, i).toFloats());
            latest[i] = row.accept(i, id, endTokens, listener);
          }
        }
      }
    }
  }

  /** Whoever waits for the answer has interrupted this thread if it is not wanted any more. */
  private static void heedInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw LlavaSgException.resources("interrupted while the model was answering");
    }
  }
}

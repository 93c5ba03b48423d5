package io.llavasg.generate;

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
      float[][] logits = new float[rows.size()][];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = decoding.prefill(i, prompts.get(i).embeddings()).toFloats();
        rows.get(i).firstLogits = logits[i];
      }
      decoding.prefilled(longest);
      long prefilled = System.nanoTime();
      int[] next = choose(rows, logits, listener);
      while (next.length > 0) {
        next = choose(rows, step(decoding, next), listener);
      }
      return new Answers(rows, prefilled - start, System.nanoTime() - prefilled);
    }
  }

  /** One more token for a decoding of one row, from {@code logits}, until it ends. */
  Row continueRow(
      Decoding decoding, float[] logits, GenerationConfig config, TokenListener listener) {
    int room = decoder.config().maxPositionEmbeddings() - decoding.length();
    Row row = new Row(config, room);
    row.firstLogits = logits;
    decoding.reserve(row.most);
    List<Row> rows = List.of(row);
    int[] next = choose(rows, new float[][] {logits}, listener);
    while (next.length > 0) {
      next = choose(rows, step(decoding, next), listener);
    }
    return row;
  }

  private static float[][] step(Decoding decoding, int[] next) {
    try (var scope = Scope.open()) {
      Tensor logits = decoding.step(next);
      int rows = next.length;
      float[] flat = logits.toFloats();
      float[][] split = new float[rows][];
      for (int i = 0; i < rows; i++) {
        split[i] =
            Arrays.copyOfRange(flat, i * (flat.length / rows), (i + 1) * (flat.length / rows));
      }
      return split;
    }
  }

  /** Chooses each row's next token; empty once all rows are done. */
  private int[] choose(List<Row> rows, float[][] logits, TokenListener listener) {
    int[] next = new int[rows.size()];
    boolean going = false;
    for (int i = 0; i < next.length; i++) {
      Row row = rows.get(i);
      if (row.done()) {
        continue;
      }
      next[i] = row.sampler.next(logits[i]);
      if (endTokens.contains(next[i])) {
        row.ended = true;
      } else {
        row.ids.add(next[i]);
        listener.token(i, next[i]);
      }
      going |= !row.done();
    }
    return going ? next : new int[0];
  }
}

package io.llavasg.mini.model;

import io.llavasg.tensor.Functional;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch of documents, one a row, in plain Java. A position has room for M tokens.
 *
 * @param ids (count, length, M), of nothing where the share is 0
 * @param shares (count, length, M): what each token's embedding counts in its position's sum
 * @param next (count, length): the token of a position, {@link Functional#IGNORED} where it has
 *     several or none
 * @param answers the same where an assistant's words are, and {@link Functional#IGNORED} elsewhere
 */
@SuppressWarnings("ArrayRecordComponent")
record Rows(long[] ids, float[] shares, long[] next, long[] answers, int count) {

  /** Rows as long as the longest document. */
  static Rows of(List<Document> documents) {
    int length = documents.stream().mapToInt(Document::length).max().orElseThrow();
    int most =
        documents.stream()
            .flatMap(document -> Arrays.stream(document.positions()))
            .mapToInt(Glance::size)
            .max()
            .orElseThrow();
    int count = documents.size();
    long[] ids = new long[count * length * most];
    float[] shares = new float[ids.length];
    long[] next = new long[count * length];
    long[] answers = new long[count * length];
    Arrays.fill(next, Functional.IGNORED);
    Arrays.fill(answers, Functional.IGNORED);
    for (int row = 0; row < count; row++) {
      Document document = documents.get(row);
      for (int i = 0; i < document.length(); i++) {
        Glance position = document.positions()[i];
        int at = row * length + i;
        for (int k = 0; k < position.size(); k++) {
          ids[at * most + k] = position.ids()[k];
          shares[at * most + k] = position.shares()[k];
        }
        if (position.size() == 1) {
          next[at] = position.ids()[0];
          answers[at] = document.answers()[i] ? next[at] : Functional.IGNORED;
        }
      }
    }
    return new Rows(ids, shares, next, answers, count);
  }

  int length() {
    return next.length / count;
  }

  /** How many tokens are predicted: all that stand alone, but for each row's first. */
  long labels() {
    return IntStream.range(0, next.length)
        .filter(i -> i % length() != 0 && next[i] != Functional.IGNORED)
        .count();
  }

  /** How many positions are read, padding left out. */
  long filled() {
    return IntStream.range(0, next.length).filter(i -> shares[i * most()] > 0).count();
  }

  /** M. */
  int most() {
    return ids.length / next.length;
  }
}

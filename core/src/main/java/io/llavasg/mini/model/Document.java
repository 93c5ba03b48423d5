package io.llavasg.mini.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A text as a language model reads it in its pretraining. A position has one token, or several that
 * are read at one glance, as the sum of their k embeddings by √k; those are not predicted.
 *
 * @param positions ids of each position's tokens, begin and end included
 * @param answers which positions are an assistant's words
 */
@SuppressWarnings("ArrayRecordComponent")
record Document(int[][] positions, boolean[] answers) {

  /** Tokens one by one, none of them an answer. */
  static Document plain(int... ids) {
    return new Document(
        Arrays.stream(ids).mapToObj(id -> new int[] {id}).toArray(int[][]::new),
        new boolean[ids.length]);
  }

  /** The same as answers. */
  static Document answer(int... ids) {
    Document document = plain(ids);
    Arrays.fill(document.answers, true);
    return document;
  }

  /** Positions of several tokens each. */
  static Document glances(List<int[]> positions) {
    return new Document(positions.toArray(int[][]::new), new boolean[positions.size()]);
  }

  /** One behind the other. */
  static Document joined(List<Document> documents) {
    int length = documents.stream().mapToInt(Document::length).sum();
    int[][] positions =
        documents.stream().flatMap(one -> Stream.of(one.positions)).toArray(int[][]::new);
    boolean[] answers = new boolean[length];
    int at = 0;
    for (Document one : documents) {
      System.arraycopy(one.answers, 0, answers, at, one.length());
      at += one.length();
    }
    return new Document(positions, answers);
  }

  int length() {
    return positions.length;
  }

  /** Its beginning, if it is longer. */
  Document upTo(int length) {
    int kept = Math.min(length, length());
    return new Document(Arrays.copyOf(positions, kept), Arrays.copyOf(answers, kept));
  }
}

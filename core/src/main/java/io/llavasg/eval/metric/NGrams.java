package io.llavasg.eval.metric;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each n-gram of one to four words occurs in a caption. */
final class NGrams {
  static final int ORDERS = 4;

  private final int words;
  private final int[][] ids;
  private final int[][] counts;

  private NGrams(int words, int[][] ids, int[][] counts) {
    this.words = words;
    this.ids = ids;
    this.counts = counts;
  }

  /** Numbers n-grams; an n-gram is a shorter one and a further word. */
  static final class Index {
    private final Map<String, Integer> words = new HashMap<>();
    private final Map<Long, Integer> ngrams = new HashMap<>();

    /** How many there are; their numbers are below. */
    int size() {
      return ngrams.size();
    }

    /** Counts a caption's n-grams. Tokens that hold a blank count as several words. */
    NGrams count(List<String> tokens) {
      int[] caption =
          tokens.stream()
              .flatMap(token -> Whitespace.split(token).stream())
              .mapToInt(word -> words.computeIfAbsent(word, unseen -> words.size()))
              .toArray();
      int[] prefixes = new int[caption.length];
      Arrays.fill(prefixes, -1);
      int[][] ids = new int[ORDERS][];
      int[][] counts = new int[ORDERS][];
      for (int order = 0; order < ORDERS; order++) {
        int length = Math.max(0, caption.length - order);
        for (int i = 0; i < length; i++) {
          prefixes[i] = number(prefixes[i], caption[i + order]);
        }
        int[] sorted = Arrays.copyOf(prefixes, length);
        Arrays.sort(sorted);
        ids[order] = Arrays.stream(sorted).distinct().toArray();
        counts[order] = runs(sorted, ids[order].length);
      }
      return new NGrams(caption.length, ids, counts);
    }

    private int number(int prefix, int word) {
      long key = (long) prefix << Integer.SIZE | word;
      return ngrams.computeIfAbsent(key, unseen -> ngrams.size());
    }

    private static int[] runs(int[] sorted, int distinct) {
      int[] lengths = new int[distinct];
      int run = -1;
      for (int i = 0; i < sorted.length; i++) {
        run += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
        lengths[run]++;
      }
      return lengths;
    }
  }

  /** How many words the caption has. */
  int words() {
    return words;
  }

  /** The numbers of its n-grams of an order (0 for single words), ascending. */
  int[] ids(int order) {
    return ids[order];
  }

  /** How often each of these occurs. */
  int[] counts(int order) {
    return counts[order];
  }

  /** How often an n-gram of this order occurs. */
  int count(int order, int id) {
    int at = Arrays.binarySearch(ids[order], id);
    return at < 0 ? 0 : counts[order][at];
  }
}

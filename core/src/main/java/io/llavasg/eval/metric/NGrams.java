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
    private final LongNumbering ngrams = new LongNumbering();

    /** How many there are; their numbers are below. */
    int size() {
      return ngrams.size();
    }

    /** Counts a caption's n-grams. Tokens that hold a blank count as several words. */
    NGrams count(List<String> tokens) {
      int[] caption = numbers(tokens);
      int[] prefixes = new int[caption.length];
      Arrays.fill(prefixes, -1);
      int[][] ids = new int[ORDERS][];
      int[][] counts = new int[ORDERS][];
      for (int order = 0; order < ORDERS; order++) {
        int length = Math.max(0, caption.length - order);
        for (int i = 0; i < length; i++) {
          prefixes[i] = ngrams.number((long) prefixes[i] << Integer.SIZE | caption[i + order]);
        }
        int[] sorted = Arrays.copyOf(prefixes, length);
        Arrays.sort(sorted);
        count(sorted, order, ids, counts);
      }
      return new NGrams(caption.length, ids, counts);
    }

    private int[] numbers(List<String> tokens) {
      int[] numbers = new int[tokens.size()];
      int count = 0;
      for (String token : tokens) {
        for (String word : Whitespace.isWithin(token) ? Whitespace.split(token) : List.of(token)) {
          if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * count);
          }
          numbers[count++] = words.computeIfAbsent(word, unseen -> words.size());
        }
      }
      return Arrays.copyOf(numbers, count);
    }

    private static void count(int[] sorted, int order, int[][] ids, int[][] counts) {
      int[] distinct = new int[sorted.length];
      int[] lengths = new int[sorted.length];
      int runs = 0;
      for (int i = 0; i < sorted.length; i++) {
        if (i == 0 || sorted[i] != sorted[i - 1]) {
          distinct[runs++] = sorted[i];
        }
        lengths[runs - 1]++;
      }
      ids[order] = Arrays.copyOf(distinct, runs);
      counts[order] = Arrays.copyOf(lengths, runs);
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

package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which of a benchmark's items belong together, since they are about one image: chance draws such a
 * cluster whole.
 *
 * @param of for each item the number of its cluster, counted from 0 in the order of their first
 *     items
 * @param count of clusters
 */
@SuppressWarnings("ArrayRecordComponent")
public record Clusters(int[] of, int count) {

  /**
   * Clusters by name.
   *
   * @param names of each item's cluster
   */
  public static Clusters of(List<String> names) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] of = new int[names.size()];
    for (int i = 0; i < of.length; i++) {
      of[i] = numbers.computeIfAbsent(names.get(i), name -> numbers.size());
    }
    return new Clusters(of, numbers.size());
  }

  /** Every item for itself. */
  static Clusters single(int items) {
    return new Clusters(IntStream.range(0, items).toArray(), items);
  }

  /** Whether every item is alone in its cluster. */
  boolean areSingle() {
    return count == of.length;
  }

  /**
   * The sum of each cluster's values.
   *
   * @param values one an item
   * @throws LlavaSgException user, if there are not as many as items
   */
  double[] sums(double[] values) {
    if (values.length != of.length) {
      throw LlavaSgException.user("%d scores are not those of %d items", values.length, of.length);
    }
    double[] sums = new double[count];
    for (int i = 0; i < of.length; i++) {
      sums[of[i]] += values[i];
    }
    return sums;
  }

  /** How many items each cluster has. */
  int[] sizes() {
    int[] sizes = new int[count];
    for (int cluster : of) {
      sizes[cluster]++;
    }
    return sizes;
  }
}

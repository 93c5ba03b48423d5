package io.llavasg.mini.perception;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where to cut scores in two. */
final class Thresholds {
  private Thresholds() {}

  /**
   * The threshold that puts most scores on their side: in the middle of the gap that it lies in.
   *
   * @param signs of each score how many more have it that shall be above
   */
  static double best(Map<Double, Integer> signs) {
    SortedMap<Double, Integer> sorted = new TreeMap<>(signs);
    int below = 0;
    int most = 0;
    double from = 0;
    double to = sorted.isEmpty() ? 1 : sorted.firstKey();
    boolean open = false;
    for (Map.Entry<Double, Integer> entry : sorted.entrySet()) {
      if (open) {
        to = entry.getKey();
        open = false;
      }
      below -= entry.getValue();
      if (below > most) {
        most = below;
        from = entry.getKey();
        to = 1;
        open = true;
      }
    }
    return (from + to) / 2;
  }
}

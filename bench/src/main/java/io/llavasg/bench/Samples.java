package io.llavasg.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Repeated measurements of one quantity. */
final class Samples {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  void addAll(List<Double> more) {
    values.addAll(more);
  }

  double median() {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** Median, extremes and count. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    if (!values.isEmpty()) {
      json.put("median", round(median()));
      json.put("min", round(Collections.min(values)));
      json.put("max", round(Collections.max(values)));
    }
    return json.put("count", values.size());
  }

  /** Four significant places at most behind the point, so that a line of JSON can be read. */
  static double round(double value) {
    return Double.isFinite(value) ? Math.round(value * 1e4) / 1e4 : value;
  }
}

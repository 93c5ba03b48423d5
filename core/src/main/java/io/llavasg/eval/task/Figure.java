package io.llavasg.eval.task;

import io.llavasg.eval.metric.Interval;
import java.util.Optional;

/**
 * A number that a benchmark reports.
 *
 * @param category of the items that it is about; empty: all of them
 * @param metric such as "accuracy"
 * @param value a share from 0 to 1, but for CIDEr, which goes up to 10
 * @param items how many
 * @param interval where the value is a mean over items
 */
public record Figure(
    String category, String metric, double value, int items, Optional<Interval> interval) {}

package io.llavasg.train;

import io.llavasg.data.Example;
import java.util.List;

/**
 * Where a trainer takes its examples from, in an order that a seed alone decides. Where it stands
 * is part of a checkpoint.
 */
public interface ExampleSource {

  /** The next examples; fewer than {@code count}, or none, once there are no more. */
  List<Example> next(int count);

  /** Where the source stands, for {@link #restore}. */
  String state();

  /**
   * Goes to where a source of the same data stood.
   *
   * @throws io.llavasg.LlavaSgException user, if that source had other data
   */
  void restore(String state);
}

package io.llavasg.data;

/** What is done about a sample that cannot be trained on. */
public enum BrokenSamples {
  /** Training ends with an error that names it. */
  STOP,
  /** It is left out, named and counted. */
  SKIP
}

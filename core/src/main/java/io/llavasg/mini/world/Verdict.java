package io.llavasg.mini.world;

/** Whether a relation holds; what is {@link #UNCLEAR} to the eye is never asked about. */
public enum Verdict {
  HOLDS,
  FAILS,
  UNCLEAR
}

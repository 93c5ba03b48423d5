package io.llavasg.checkpoint;

/** Python's {@code None} in the tree that a pickle builds. */
public enum PickledNone {
  NONE
}

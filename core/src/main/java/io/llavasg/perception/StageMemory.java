package io.llavasg.perception;

/** Which of the three stages stay loaded. */
public enum StageMemory {
  /** All, where their weights take at most half of the memory that is free; else one at a time. */
  AUTO,
  /** All that have been used: the fastest for many photos. */
  KEEP,
  /** One at a time: each is released before the next one loads. */
  RELEASE
}

package io.llavasg.checkpoint;

/** Hears how far a writer has come. */
@FunctionalInterface
public interface WriteProgress {

  /** Hears nothing. */
  WriteProgress NONE = (done, total) -> {};

  /**
   * Called after each piece.
   *
   * @param done bytes of weights written so far, over all shards
   * @param total bytes of weights to write
   */
  void written(long done, long total);
}

package io.llavasg.eval.task;

/**
 * How good an answer was.
 *
 * @param score from 0, wrong, to 1, right; for captions the CIDEr score
 * @param shown the item to look at: of several that count as one, the first that was wrong
 */
public record ItemScore(ItemId id, String category, double score, ItemId shown) {

  /** The score of an item that counts for itself. */
  ItemScore(ItemId id, String category, double score) {
    this(id, category, score, id);
  }
}

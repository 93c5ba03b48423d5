package io.llavasg.eval.task;

/**
 * How good an answer was.
 *
 * @param scene of the item, see {@link EvalItem}
 * @param score from 0, wrong, to 1, right; for captions the CIDEr score
 * @param shown the item to look at: of several that count as one, the first that was wrong
 */
public record ItemScore(ItemId id, String category, String scene, double score, ItemId shown) {

  /** The score of an item that counts for itself. */
  ItemScore(EvalItem item, double score) {
    this(item.id(), item.category(), item.scene(), score, item.id());
  }
}

package io.llavasg.eval.task;

/**
 * How good an answer was.
 *
 * @param score from 0, wrong, to 1, right; for captions the CIDEr score
 */
public record ItemScore(ItemId id, String category, double score) {}

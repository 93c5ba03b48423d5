package io.llavasg.perception;

/**
 * Something that a tagger says is in a photo, without saying where.
 *
 * @param score the tagger's confidence, 0 to 1
 */
public record Tag(String name, double score) {}

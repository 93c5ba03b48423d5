package io.llavasg.perception;

import io.llavasg.graph.Box;

/**
 * A thing that a detector found.
 *
 * @param label one of the labels that the detector was asked for
 * @param score the detector's confidence, 0 to 1
 * @param box in pixels of the photo
 */
public record Detection(String label, double score, Box box) {}

package io.llavasg.perception;

import io.llavasg.graph.Mask;

/**
 * The mask of a thing in a box.
 *
 * @param mask over the photo; may be empty
 * @param quality the segmenter's own estimate of the mask's intersection over union, which may
 *     slightly leave 0 to 1
 */
public record Segment(Mask mask, double quality) {}

/**
 * Swin Transformer (Liu et al., 2021), the backbone of both the tagger and the detector: patches of
 * an image, then stages of transformer blocks that attend within square windows of the feature map,
 * every second block within windows moved by half a window; between two stages the map's sides are
 * halved and its channels doubled.
 *
 * <p>Position enters as a bias for each offset between two places of a window. Moved windows wrap
 * around the map's border; what meets there without being neighbours is kept apart by a mask. It
 * depends on whether a window is in the last row or the last column alone, so windows are gathered
 * in at most four groups, each with one bias for all of its windows and images.
 *
 * <p>Maps of any size: windows are filled up with zeros at the right and the bottom, which take
 * part in attention, as in all published detectors. Shapes in names: B images, L places of the map
 * row by row, W windows of N places, H heads, D head dimension, C channels.
 */
@NullMarked
package io.llavasg.perception.swin;

import org.jspecify.annotations.NullMarked;

/**
 * The miniature's perception: small networks of the same classes as the published ones, trained
 * from nothing on drawn scenes, with the losses that these were trained with. What comes of it is a
 * directory that {@code --perception} takes.
 *
 * <p><b>Tagger.</b> RAM's asymmetric loss on the kinds that are there; a threshold for each tag,
 * chosen on further scenes.
 *
 * <p><b>Detector.</b> All pictures of a batch share one caption of some kinds, sometimes all of
 * them; what the caption does not name is background. Predictions of each layer, and the encoder's
 * proposals, are matched to the things that it does name ({@link
 * io.llavasg.mini.perception.SetLoss}).
 *
 * <p><b>Segmenter.</b> A mask for each thing, from its box moved a little, as a detector's would
 * be.
 *
 * <p>Half of a step's pictures, but for the backbone's, have things that touch.
 *
 * <p>A step's scenes depend on the seed and the step alone, so a training can go on from any
 * checkpoint. Figures are those of scenes that training never shows.
 */
@NullMarked
package io.llavasg.mini.perception;

import org.jspecify.annotations.NullMarked;

/**
 * Training of a LLaVA-SG model (paper, section II-B): what is trained, the loss and its gradients,
 * the optimiser with its schedule, and checkpoints that nothing is lost with.
 *
 * <p><b>A step.</b> {@code batch · accumulation} examples are drawn; their label tokens are counted
 * first, and the loss of the step is the sum of −log p over all of them divided by that number. So
 * it does not matter how a step is divided into micro-batches. A micro-batch is padded on the
 * right: no position sees one after it, so causal attention hides the padding from everything that
 * has a label, and only label positions reach the head.
 *
 * <p><b>Precision.</b> Weights that compute may be bfloat16; each that is trained has a float32
 * master copy, which the optimiser changes, and float32 sums of gradients and moments. The weight
 * is the master, rounded.
 *
 * <p><b>Recomputed activations.</b> Decoder layers are run without recording, and only the input of
 * each is kept. Backward goes from the last layer to the first: a layer is run once more, recorded,
 * from its input, and hands the gradient of that input down.
 *
 * <p><b>Randomness.</b> There is no state to save: every micro-batch, and every layer that is run
 * again, seeds the generator with a number made of the run's seed, the step and its place.
 */
@NullMarked
package io.llavasg.train;

import org.jspecify.annotations.NullMarked;

/**
 * Grounding DINO (Liu et al., 2023), a detector of whatever a caption names.
 *
 * <p>A Swin encodes the image to maps of several sizes, a BERT the caption, in which each phrase
 * sees itself alone. The feature enhancer lets the two attend to each other: the image to itself
 * through deformable attention, the text to itself phrase by phrase. The places of the image that
 * are most like some token become queries, whose boxes a decoder refines layer by layer. A query's
 * likeness to each token is its score.
 *
 * <p>Labels are phrases of the caption joined by full stops. A caption has at most 256 tokens;
 * {@link io.llavasg.perception.groundingdino.Captions} makes as many captions as it takes, and the
 * image is encoded once for all of them. Each image is a batch of its own, of its own size, so that
 * nothing is ever padded; shapes leave the batch out: N places of all maps, T tokens, Q queries.
 *
 * <p>Checkpoints come in Hugging Face's layout and in the official one ({@link
 * io.llavasg.perception.groundingdino.GroundingDinoLayout}).
 */
@NullMarked
package io.llavasg.perception.groundingdino;

import org.jspecify.annotations.NullMarked;

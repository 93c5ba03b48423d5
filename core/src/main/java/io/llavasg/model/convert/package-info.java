/**
 * Makes a LLaVA-SG directory out of LLaVA-1.5 in any layout, or out of a LLaMA and a CLIP.
 *
 * <p>Weights are streamed from the mapped source into shards under the names that {@code llava-hf}
 * publishes: {@code language_model.model.…}, {@code language_model.lm_head.…}, {@code
 * vision_tower.vision_model.…}, {@code multi_modal_projector.…}; every version of transformers that
 * knows LLaVA reads them. Only four things are new:
 *
 * <ul>
 *   <li>Rows of the embedding and the head for {@code <sg>} and {@code <text>}, and for {@code
 *       <image>} and {@code <pad>} where the source has none: the mean of the original vocabulary's
 *       rows. A language model of 32,000 rows grows to the next multiple of 64, also by means,
 *       whose scores can never be the highest. All other rows stay as they are, bit for bit.
 *   <li>The Scene Graph Expression module and its projector W_g: weights normal with the text
 *       model's {@code initializer_range}, biases 0, norms 1 and 0.
 *   <li>W_v, initialised in the same way, where there is none.
 *   <li>Files: config.json, the tokenizer with the new tokens, the processor's configuration.
 * </ul>
 *
 * <p>The parts take one dtype, the embedding's unless another is asked for: a published CLIP may be
 * float32 beside a float16 Vicuna. A directory that is LLaVA-SG already comes out as it went in.
 */
@NullMarked
package io.llavasg.model.convert;

import org.jspecify.annotations.NullMarked;

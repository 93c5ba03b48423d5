/**
 * The miniature's vision-language model: the 7B's classes at a size that a laptop trains.
 *
 * <p>{@link io.llavasg.mini.model.LanguageBuild} makes it from nothing, part by part: a tokenizer
 * by byte-pair encoding; CLIP, by contrast of scenes and captions; LLaMA, on exercises and the
 * world's text; out of both a LLaVA-SG whose other modules begin in LLaMA's words; and the paper's
 * three stages over it, the third in three rounds more, by the recipes in {@code configs/mini}.
 * What a step of a pretraining sees is made while it is needed, from the seed and the step's
 * number.
 */
@NullMarked
package io.llavasg.mini.model;

import org.jspecify.annotations.NullMarked;

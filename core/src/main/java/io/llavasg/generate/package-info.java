/**
 * From a prompt to an answer: prompt assembly in embeddings (paper, equation 1), prefill, decoding
 * with a key_value cache, sampling, batches.
 *
 * <p>Prompts of a batch are prefilled one by one, exactly as alone, into a common cache whose rows
 * are aligned at the right; then all rows decode together, each blind to the slots before its own
 * prompt.
 */
@NullMarked
package io.llavasg.generate;

import org.jspecify.annotations.NullMarked;

/**
 * The language model: LLaMA's decoder (Touvron et al., 2023), which Vicuna is, with grouped-query
 * attention, rotary positions and a key_value cache.
 */
@NullMarked
package io.llavasg.language;

import org.jspecify.annotations.NullMarked;

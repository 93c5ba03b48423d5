/**
 * The Scene Graph Expression module (paper, section II-A2): entity features become the nodes of a
 * complete graph, exchange messages by self-attention, are activated by the prompt through
 * cross-attention, and are projected to tokens of the language model (W_g).
 *
 * <p>There is no positional encoding, so the module is equivariant to a permutation of the
 * entities. Attention weights are part of the result, so the softmax is written out here.
 */
@NullMarked
package io.llavasg.sge;

import org.jspecify.annotations.NullMarked;

/**
 * LLaVA-SG as a composition (paper, figure 2b): vision tower, projector W_v, Scene Graph Expression
 * module, projector W_g and language model, with their configuration and the layouts that
 * checkpoints come in.
 */
@NullMarked
package io.llavasg.model;

import org.jspecify.annotations.NullMarked;

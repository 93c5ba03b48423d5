/**
 * Layers that networks are composed of, each a few lines over {@link io.llavasg.tensor.Functional}.
 *
 * <p>A layer is built from {@link io.llavasg.nn.Parameters}, under which it declares the name and
 * the shape of everything it holds; so building a network <em>is</em> declaring what a checkpoint
 * must contain. Shapes in names and Javadoc: B batch, N positions, M attended positions, H heads, K
 * key_value heads, D head dimension.
 */
@NullMarked
package io.llavasg.nn;

import org.jspecify.annotations.NullMarked;

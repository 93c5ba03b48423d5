/**
 * Training data: from files of conversations to examples that a model can be trained on.
 *
 * <p>This package knows no tensors. What it hands on are token ids with the spans to learn, pixel
 * values, and pooling weights of the scene graph's nodes.
 */
@NullMarked
package io.llavasg.data;

import org.jspecify.annotations.NullMarked;

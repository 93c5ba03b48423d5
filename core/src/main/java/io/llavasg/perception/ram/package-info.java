/**
 * The tagger: RAM, Recognize Anything (Zhang et al., 2023). A Swin transformer turns a square photo
 * into tokens, with their mean before them; each of some thousand tags is a query, made from a text
 * embedding that the checkpoint holds, which attends to these tokens in a few layers without
 * attention among the tags (as in Query2Label, Liu et al., 2021); one number for each tag remains,
 * whose sigmoid is the tag's score. A tag is given if its score exceeds the tag's own threshold.
 *
 * <p>Weights are the official files' ({@link io.llavasg.perception.ram.RamLayout}); the English tag
 * list and its thresholds are resources of this package. Shapes in names: B images, T tags, M image
 * tokens, H heads, D head dimension.
 */
@NullMarked
package io.llavasg.perception.ram;

import org.jspecify.annotations.NullMarked;

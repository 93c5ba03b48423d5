/**
 * Scene graphs drawn over their photos, as PNG and SVG; plain java.awt, headless.
 *
 * <p>Painters lay a picture out once, as a {@link io.llavasg.graph.draw.Figure}; a figure draws
 * itself on a surface: pixels, SVG, or one that finds characters without a font. Masks become paths
 * along their outlines, labels boxes that overlap neither each other nor the picture's border,
 * edges arrows from the node that was attended to towards the node that attended.
 */
@NullMarked
package io.llavasg.graph.draw;

import org.jspecify.annotations.NullMarked;

/**
 * Entities of a photo, their masks, and the scene graph that the model makes of them; plain Java.
 *
 * <p><b>Masks</b> are COCO run-length encodings: the pixels of an image of width w and height h,
 * read column by column from the top left, are runs of zeros and ones in turn, starting with zeros
 * (that run may be 0 long). {@code counts} lists the lengths. COCO's compressed string holds the
 * same list: from the fourth count on, the difference to the count two before it; each number as
 * groups of five bits, least significant first, as the characters from code 48 on, with bit 5 set
 * while groups follow; bit 4 of the last group is the sign.
 *
 * <p><b>Node features</b> are means of bilinear samples of a feature map over the pixels of a mask.
 * They are linear in the map, so {@link io.llavasg.graph.NodePooling} computes weights A_y · M ·
 * A_xᵀ / |M| from the runs alone; a matrix product with the map does the rest.
 *
 * <p><b>The scene graph</b> has the entities as nodes and, as edges, the head-averaged attention
 * among them, averaged over the message passing blocks: {@code to} is the query's row, {@code from}
 * the key's column.
 */
@NullMarked
package io.llavasg.graph;

import org.jspecify.annotations.NullMarked;

/**
 * From a photo to its entities (paper, section II-A): a tagger names what is there (RAM), a
 * detector finds boxes for the names (Grounding-DINO), a segmenter draws a mask in each box (SAM).
 * The three are interfaces here, with an implementation each in a package below; the pipeline over
 * them knows only the interfaces.
 */
@NullMarked
package io.llavasg.perception;

import org.jspecify.annotations.NullMarked;

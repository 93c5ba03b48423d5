/**
 * The vision tower: CLIP's ViT (Radford et al., 2021), of which LLaVA takes the patch features of
 * the last layer but one, before the final layer normalisation.
 */
@NullMarked
package io.llavasg.vision;

import org.jspecify.annotations.NullMarked;

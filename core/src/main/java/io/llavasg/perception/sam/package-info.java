/**
 * SAM, the Segment Anything Model (Kirillov et al., 2023): a mask for each box of a photo.
 *
 * <p><b>Preprocessing.</b> The photo's longer side becomes {@code image_size} (1024), bilinear with
 * antialiasing; ImageNet's mean and deviation; zeros fill the square at the bottom and right.
 *
 * <p><b>Image encoder.</b> A plain ViT over patches of 16 pixels, run once a photo. Most layers
 * attend within windows of 14 × 14 patches, four of them over the whole grid. The score of a query
 * at (y, x) and a key at (y', x') has the decomposed relative position q · R_h[y − y'] + q · R_w[x
 * − x'] added to it (Li et al., MViTv2, 2021, equation 6). A neck of two convolutions leaves 256
 * channels.
 *
 * <p><b>Prompt encoder.</b> The corners of a box, moved by half a pixel, become random Fourier
 * features: sin and cos of 2π (2p − 1) G for a position p in [0, 1]² and a fixed Gaussian matrix G.
 * A learnt vector for each of the two corners is added. The same features of every patch are the
 * image's positional encoding. A learnt vector that says "no mask was given" is added to the image.
 *
 * <p><b>Mask decoder.</b> Tokens (one for the quality, four for masks, two for the box) and image
 * attend to one another in two layers. The image is enlarged four times by transposed convolutions;
 * a mask's logit at a pixel is the product of the pixel's vector with what a small network makes of
 * the mask's token. A box is no ambiguous prompt, so the mask is that of the first mask token.
 *
 * <p>Logits of 256 × 256 are enlarged to 1024 × 1024, cropped to where the photo was, and resized
 * to the photo's size; what is above 0 is inside.
 *
 * <p>Shapes in names: B images, N boxes, H and W height and width, C channels.
 */
@NullMarked
package io.llavasg.perception.sam;

import org.jspecify.annotations.NullMarked;

/**
 * From image files to the numbers that vision networks are given.
 *
 * <p>Files of JPEG, PNG, GIF, BMP and WebP are decoded to the very pixels that Pillow's {@code
 * Image.open(f).convert("RGB")} yields, since published models were trained and measured on those:
 * alpha is dropped and not composited, ICC profiles and gamma are ignored. {@link
 * io.llavasg.image.Resize} is Pillow's antialiased resampling, bit for bit. One grey level on a few
 * pixels already changes which tags and boxes a detector finds.
 *
 * <p>The containers are read here, which is cheap and gives the size before anything is allocated;
 * the codecs are the JDK's (DCT, LZW, inflate) and libwebp (VP8, VP8L). They are handed no more
 * than the coded samples: profiles, thumbnails, comments and other metadata cannot mislead them.
 */
@NullMarked
package io.llavasg.image;

import org.jspecify.annotations.NullMarked;

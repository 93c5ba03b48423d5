package io.llavasg.image;

/** One number for each channel of an image. */
public record PerChannel(double red, double green, double blue) {

  /** The mean of CLIP's training images, of channels in [0, 1]. */
  public static final PerChannel CLIP_MEAN = new PerChannel(0.48145466, 0.4578275, 0.40821073);

  public static final PerChannel CLIP_STD = new PerChannel(0.26862954, 0.26130258, 0.27577711);

  /** The mean of ImageNet's images, of channels in [0, 1]. */
  public static final PerChannel IMAGENET_MEAN = new PerChannel(0.485, 0.456, 0.406);

  public static final PerChannel IMAGENET_STD = new PerChannel(0.229, 0.224, 0.225);

  double channel(int index) {
    return index == 0 ? red : index == 1 ? green : blue;
  }

  /** Channels in [0, 1] as a colour 0xRRGGBB, each rounded down as LLaVA does. */
  int toColour() {
    return (int) (red * 255) << 16 | (int) (green * 255) << 8 | (int) (blue * 255);
  }
}

package io.llavasg.image;

/** What is made of the orientation that a camera wrote into a file's EXIF data. */
public enum Orientation {
  /** The image is turned upright, as viewers show it: for a user's photo. */
  APPLY_EXIF,
  /** The image stays as it is stored: for data sets, whose boxes and masks refer to it. */
  IGNORE_EXIF
}

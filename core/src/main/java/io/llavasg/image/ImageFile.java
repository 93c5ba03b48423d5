package io.llavasg.image;

import io.llavasg.LlavaSgException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads image files; what a file is, its content says and not its name. */
public final class ImageFile {

  /** Images of more pixels are refused before anything is allocated for them. */
  public static final long MAX_PIXELS = 178_956_970;

  /** Larger files, films and archives for the most part, are refused before they are read. */
  public static final long MAX_BYTES = 1L << 30;

  private ImageFile() {}

  /**
   * Reads an image, the first if there are several.
   *
   * @throws LlavaSgException the user's fault, if there is no such file, or it is no image, is
   *     truncated or damaged, or has more than {@link #MAX_PIXELS} pixels; of resources, if memory
   *     is too small for it
   */
  public static RgbImage read(Path file, Orientation orientation) {
    return decode(bytes(file), file.toString(), orientation);
  }

  /**
   * Size of an image as it is stored, without decoding it.
   *
   * @throws LlavaSgException as {@link #read} does, but for damage that only decoding finds
   */
  public static Size size(Path file) {
    return parsed(bytes(file), file.toString(), EncodedImage::size);
  }

  /**
   * A file's content, as it is.
   *
   * @throws LlavaSgException the user's fault, if there is no such file, it cannot be read, or it
   *     is larger than {@link #MAX_BYTES}; of resources, if memory is too small for it
   */
  public static byte[] bytes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw LlavaSgException.user("%s is a directory; give an image file", file);
      }
      if (Files.size(file) > MAX_BYTES) {
        throw LlavaSgException.user(
            "%s has %d MB, above the limit of %d; give an image file",
            file, Files.size(file) >> 20, MAX_BYTES >> 20);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw LlavaSgException.user(e, "There is no image file %s", file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "Cannot read the image file %s: %s", file, reason(e));
    } catch (OutOfMemoryError e) {
      throw noMemory(e, file.toString());
    }
  }

  /**
   * As {@link #read} of bytes that are here already.
   *
   * @param name what errors call it
   */
  public static RgbImage decode(byte[] file, String name, Orientation orientation) {
    return parsed(
        file,
        name,
        image -> {
          RgbImage stored = image.decode();
          return orientation == Orientation.APPLY_EXIF
              ? Exif.upright(stored, image.orientation())
              : stored;
        });
  }

  /** What to do with a file whose container has been read. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(EncodedImage image) throws IOException;
  }

  private static <T> T parsed(byte[] file, String name, Reading<T> reading) {
    ImageFormat format =
        ImageFormat.of(file)
            .orElseThrow(
                () ->
                    file.length == 0
                        ? LlavaSgException.user("%s is empty; give an image file", name)
                        : LlavaSgException.user(
                            "%s is no image that this program knows; give a JPEG, PNG, GIF, BMP or"
                                + " WebP file",
                            name));
    try {
      EncodedImage image = format.parse(file);
      Size size = image.size();
      if (size.area() > MAX_PIXELS) {
        throw LlavaSgException.user(
            "%s has %s = %d pixels, above the limit of %d; make it smaller first",
            name, size, size.area(), MAX_PIXELS);
      }
      return reading.of(image);
    } catch (EOFException | BufferUnderflowException | IndexOutOfBoundsException e) {
      throw LlavaSgException.user(
          e, "%s is truncated: the %s file ends within its image; get a whole copy", name, format);
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "%s is a %s file that cannot be read: %s", name, format, reason(e));
    } catch (OutOfMemoryError e) {
      throw noMemory(e, name);
    }
  }

  private static LlavaSgException noMemory(OutOfMemoryError e, String name) {
    return LlavaSgException.resources(
        e, "There is not memory enough to decode %s; give Java more with -Xmx", name);
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }
}

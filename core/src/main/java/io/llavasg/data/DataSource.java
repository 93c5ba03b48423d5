package io.llavasg.data;

import io.llavasg.LlavaSgException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of samples with what they refer to.
 *
 * @param count how many samples are used, the first of the file
 * @param images the folder that image paths are relative to; empty: all samples are text-only
 * @param entities where entities are looked for; asked only if there is a scene graph
 */
public record DataSource(
    SampleFile samples, int count, Optional<Path> images, EntitiesSource entities)
    implements AutoCloseable {

  public DataSource {
    if (count < 0 || count > samples.count()) {
      throw LlavaSgException.user(
          "%d samples are asked for, and '%s' has %d", count, samples.path(), samples.count());
    }
    if (images.isPresent() && !Files.isDirectory(images.get())) {
      throw LlavaSgException.user(
          "there is no folder '%s' with the images of '%s'", images.get(), samples.path());
    }
  }

  /** All samples of a file. */
  public DataSource(SampleFile samples, Optional<Path> images, EntitiesSource entities) {
    this(samples, samples.count(), images, entities);
  }

  @Override
  public void close() {
    samples.close();
  }

  Path imageFile(String image) {
    return images
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "it has an image, but the recipe names no folder of images for '%s'",
                    samples.path()))
        .resolve(image);
  }
}

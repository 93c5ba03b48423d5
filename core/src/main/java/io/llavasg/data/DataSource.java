package io.llavasg.data;

import io.llavasg.LlavaSgException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of samples with what they refer to.
 *
 * @param images the folder that image paths are relative to; empty: all samples are text-only
 * @param entities where entities are looked for; asked only if there is a scene graph
 */
public record DataSource(SampleFile samples, Optional<Path> images, EntitiesSource entities)
    implements AutoCloseable {

  public DataSource {
    if (images.isPresent() && !Files.isDirectory(images.get())) {
      throw LlavaSgException.user(
          "there is no folder '%s' with the images of '%s'", images.get(), samples.path());
    }
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

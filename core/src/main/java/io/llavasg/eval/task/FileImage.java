package io.llavasg.eval.task;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image in a file of its own.
 *
 * @param name relative to the data set's folder of images
 */
record FileImage(Path file, String name) implements ImageSource {

  @Override
  public byte[] bytes() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "there is no image file '%s' that can be read", file);
    }
  }
}

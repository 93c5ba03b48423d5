package io.llavasg.eval.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Folders of image files, the first of which that has an image is taken.
 *
 * @param folders at least one; where images are said to be missing from if none has them
 */
record ImageFolder(List<Path> folders) {

  ImageSource image(String name) {
    Path file =
        folders.stream()
            .map(folder -> folder.resolve(name))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseGet(() -> folders.getFirst().resolve(name));
    return new FileImage(file, name);
  }
}

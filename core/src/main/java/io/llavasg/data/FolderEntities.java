package io.llavasg.data;

import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder with an entities file for each image: {@code a/b.json} for the image {@code a/b.jpg}.
 */
public record FolderEntities(Path root) implements EntitiesSource {

  @Override
  public Optional<Entities> find(Sample sample, Path image) {
    return sample
        .image()
        .map(name -> root.resolve(name.replaceFirst("\\.[^./\\\\]*$", "") + ".json"))
        .filter(Files::isRegularFile)
        .map(EntitiesFile::read);
  }
}

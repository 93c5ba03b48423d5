package io.llavasg.bench;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A picture whose entities are known. */
record KnownPicture(String file, Entities entities) {

  String stem() {
    return file.substring(0, file.lastIndexOf('.'));
  }

  /** The entities with a mask that is not empty. */
  List<Entity> boxed() {
    return entities.list().stream().filter(entity -> entity.box().isPresent()).toList();
  }

  /** Pictures with an entities file beside each, of the size that it is stored in. */
  static List<KnownPicture> drawn(Path folder) throws IOException {
    List<KnownPicture> all = new ArrayList<>();
    for (Path image : images(folder)) {
      Entities entities = EntitiesFile.read(sibling(folder, image, ".json"));
      Size size = ImageFile.size(image);
      boolean fits =
          entities.masks().stream()
              .allMatch(mask -> mask.width() == size.width() && mask.height() == size.height());
      // Data sets ignore EXIF, so masks of a turned picture do not belong to it.
      if (fits) {
        all.add(new KnownPicture(image.getFileName().toString(), entities));
      }
    }
    return all;
  }

  /** Photos with a line for each polygon: class x1 y1 x2 y2 …, in shares of width and height. */
  static List<KnownPicture> photos(Path folder, Path labels, Path classes) throws IOException {
    Map<String, String> names = classNames(classes);
    List<KnownPicture> all = new ArrayList<>();
    for (Path image : images(folder)) {
      Path polygons = sibling(labels, image, ".txt");
      Size size = ImageFile.size(image);
      List<Entity> entities = new ArrayList<>();
      for (String line :
          Files.exists(polygons) ? Files.readAllLines(polygons) : List.<String>of()) {
        String[] fields = line.strip().split("\\s+");
        double[] points = Arrays.stream(fields).skip(1).mapToDouble(Double::parseDouble).toArray();
        if (points.length < 6) {
          continue;
        }
        for (int i = 0; i < points.length; i++) {
          points[i] *= i % 2 == 0 ? size.width() : size.height();
        }
        Mask mask = Mask.ofPolygons(size.width(), size.height(), List.of(points));
        entities.add(Entity.of(names.getOrDefault(fields[0], "thing"), 1, mask));
      }
      all.add(
          new KnownPicture(
              image.getFileName().toString(), new Entities(Optional.empty(), entities)));
    }
    return all;
  }

  /** The indented "number: name" lines of a YOLO data set's description. */
  private static Map<String, String> classNames(Path file) throws IOException {
    Map<String, String> names = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split(":", 2);
      if (line.startsWith(" ") && parts.length == 2) {
        names.put(parts[0].strip(), parts[1].strip());
      }
    }
    return names;
  }

  private static List<Path> images(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> images =
          files.filter(file -> file.toString().matches(".*\\.(jpg|jpeg|png)")).sorted().toList();
      if (images.isEmpty()) {
        throw LlavaSgException.user("there are no pictures in '%s'", folder);
      }
      return images;
    }
  }

  private static Path sibling(Path folder, Path image, String ending) {
    String name = image.getFileName().toString();
    return folder.resolve(name.substring(0, name.lastIndexOf('.')) + ending);
  }
}

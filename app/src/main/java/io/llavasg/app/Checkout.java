package io.llavasg.app;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checkout that this program was built from: recipes, tables and the built-in model lie in it.
 * It is the nearest folder around the program's own classes that has a Maven project and recipes.
 */
final class Checkout {
  private Checkout() {}

  /**
   * A file or a folder of the checkout; empty if this program is used away from it.
   *
   * @param path relative to the checkout
   */
  static Optional<Path> find(Path path) {
    return parents()
        .filter(folder -> Files.isRegularFile(folder.resolve("pom.xml")))
        .filter(folder -> Files.isDirectory(folder.resolve("configs")))
        .findFirst()
        .map(checkout -> checkout.resolve(path))
        .filter(Files::exists);
  }

  /**
   * What a path means: what lies there, seen from the working directory, and otherwise what the
   * checkout has under it; the path itself where neither has.
   */
  static Path resolve(Path path) {
    return Files.exists(path) || path.isAbsolute() ? path : find(path).orElse(path);
  }

  /** The folders around this program's own classes, the innermost first. */
  private static Stream<Path> parents() {
    return ownPlace().stream()
        .flatMap(place -> Stream.<@Nullable Path>iterate(place, p -> p != null, Path::getParent))
        .map(Path.class::cast);
  }

  private static Optional<Path> ownPlace() {
    @Nullable CodeSource source = Checkout.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(source.getLocation().toURI()).toAbsolutePath());
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty(); // not in a file of its own
    }
  }
}

package io.llavasg.app;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The checkout that this program was built from, which holds a model and recipes. */
final class Checkout {
  private Checkout() {}

  /**
   * Where something of the checkout lies; empty if this program is used away from it.
   *
   * @param place from the checkout
   */
  static Optional<Path> find(Path place) {
    return parents().map(parent -> parent.resolve(place)).filter(Files::exists).findFirst();
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

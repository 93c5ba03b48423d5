package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The model that answers when none is named: the miniature, which knows drawn scenes alone. It lies
 * in the checkout that this program was built from, with its perception inside.
 */
final class BuiltInModel {
  private static final Path PLACE = Path.of("models", "miniature");

  private BuiltInModel() {}

  /**
   * The model.
   *
   * @throws LlavaSgException user, if this program is used away from its checkout
   */
  static Path directory() {
    return directory("name a checkpoint with --model DIR");
  }

  /**
   * Its perception: a directory of all three stages' checkpoints.
   *
   * @throws LlavaSgException as {@link #directory()}
   */
  static Path perception() {
    return directory("name the checkpoints of perception with --perception DIR")
        .resolve("perception");
  }

  private static Path directory(String advice) {
    return parents()
        .map(parent -> parent.resolve(PLACE))
        .filter(place -> Files.isRegularFile(place.resolve("config.json")))
        .findFirst()
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "the built-in model (%s of the checkout) is not there: %s", PLACE, advice));
  }

  /** The folders around this program's own classes, the innermost first. */
  private static Stream<Path> parents() {
    return ownPlace().stream()
        .flatMap(place -> Stream.<@Nullable Path>iterate(place, p -> p != null, Path::getParent))
        .map(Path.class::cast);
  }

  private static Optional<Path> ownPlace() {
    @Nullable CodeSource source = BuiltInModel.class.getProtectionDomain().getCodeSource();
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

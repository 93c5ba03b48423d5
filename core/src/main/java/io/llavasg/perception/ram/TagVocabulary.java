package io.llavasg.perception.ram;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The tags that a RAM knows, in the order of its outputs.
 *
 * @param names what the tags are called
 * @param thresholds what each tag's score has to exceed
 * @param source where the names are from, for errors
 */
public record TagVocabulary(List<String> names, List<Double> thresholds, String source) {
  /** Names, one a line, where a checkpoint brings its own. */
  public static final String NAMES_FILE = "ram_tag_list.txt";

  /** Thresholds, one a line. */
  public static final String THRESHOLDS_FILE = "ram_tag_list_threshold.txt";

  /** RAM's own threshold where a list of tags comes without any. */
  private static final double THRESHOLD = 0.68;

  public TagVocabulary {
    names = List.copyOf(names);
    thresholds = List.copyOf(thresholds);
    if (names.size() != thresholds.size()) {
      throw LlavaSgException.user(
          "%s names %d tags, and there are %d thresholds for them",
          source, names.size(), thresholds.size());
    }
  }

  /** The English list that the published models were trained with, 4,585 tags. */
  public static TagVocabulary shipped() {
    String source = "the tag list that comes with this program";
    return new TagVocabulary(
        resource(NAMES_FILE), numbers(resource(THRESHOLDS_FILE), source), source);
  }

  /**
   * The list in a directory; what it lacks is that of the published models. Names without
   * thresholds have those of the published models if they are as many, else {@value #THRESHOLD}.
   *
   * @throws LlavaSgException user, if a file is there that is no such list
   */
  public static TagVocabulary in(Path directory) {
    TagVocabulary shipped = shipped();
    Path namesFile = directory.resolve(NAMES_FILE);
    Path thresholdsFile = directory.resolve(THRESHOLDS_FILE);
    Optional<List<String>> own = lines(namesFile);
    List<String> names = own.orElse(shipped.names);
    int blank = names.stream().map(String::isBlank).toList().indexOf(true);
    if (blank >= 0) {
      throw LlavaSgException.user("'%s': line %d is empty", namesFile, blank + 1);
    }
    List<Double> thresholds =
        lines(thresholdsFile)
            .map(lines -> numbers(lines, "'" + thresholdsFile + "'"))
            .orElseGet(
                () ->
                    names.size() == shipped.names.size()
                        ? shipped.thresholds
                        : Collections.nCopies(names.size(), THRESHOLD));
    String source = own.isPresent() ? "'" + namesFile + "'" : shipped.source;
    return new TagVocabulary(names, thresholds, source);
  }

  private static Optional<List<String>> lines(Path file) {
    try {
      return Files.exists(file) ? Optional.of(Files.readAllLines(file)) : Optional.empty();
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read as text in UTF-8", file);
    }
  }

  private static List<String> resource(String name) {
    try (InputStream stream = TagVocabulary.class.getResourceAsStream(name)) {
      byte[] bytes = Objects.requireNonNull(stream, name).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Double> numbers(List<String> lines, String source) {
    List<Double> numbers = new ArrayList<>();
    for (String line : lines) {
      double number = number(line);
      if (!(number >= 0 && number <= 1)) {
        throw LlavaSgException.user(
            "%s: line %d has to be a threshold from 0 to 1", source, numbers.size() + 1);
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Number of tags. */
  public int size() {
    return names.size();
  }
}

package io.llavasg.train.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A recipe with the origin of each of its values.
 *
 * @param path the file it was read from
 * @param values what each key has, and why, in the keys' order
 */
public record RecipeFile(Path path, Recipe recipe, List<Value> values) {
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private static final String EXTENDS = "extends";

  /** A recipe that extends itself would otherwise never end. */
  private static final int DEEPEST = 8;

  /**
   * A value of a recipe.
   *
   * @param text as JSON
   * @param origin the paper, LLaVA-1.5, this project, or a user's words
   */
  public record Value(String key, String text, String origin) {}

  public RecipeFile {
    values = List.copyOf(values);
  }

  /** A file's keys, those of the files it extends included. */
  private record Keys(ObjectNode node, Map<String, String> origins) {}

  /**
   * Reads a recipe.
   *
   * @param overrides values that take the place of the file's, each {@code key=value}, or {@code
   *     data.0.file=value} for what is deeper
   * @throws LlavaSgException user, if it is no recipe: an unknown key, a value of the wrong kind,
   *     or two that contradict each other; the error names the file and the keys
   */
  public static RecipeFile read(Path path, List<String> overrides) {
    Keys keys = load(path, 0);
    for (String override : overrides) {
      Setting.parse(override, YAML).apply(keys.node);
      String key = override.substring(0, override.indexOf('='));
      keys.origins.put(
          key.contains(".") ? key.substring(0, key.indexOf('.')) : key, "command line");
    }
    RecipeReader reader = new RecipeReader(path, complete(path, keys));
    return new RecipeFile(path, reader.recipe(), values(keys));
  }

  /** The recipes of a folder and the folders in it, by their paths. */
  public static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml") && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw LlavaSgException.user(e, "there is no folder of recipes '%s'", folder);
    }
  }

  private static Keys load(Path path, int depth) {
    if (depth > DEEPEST) {
      throw LlavaSgException.user("'%s': recipes extend each other in a circle", path);
    }
    String text = text(path);
    ObjectNode own = parse(path, text);
    Map<String, String> origins = new LinkedHashMap<>(Origins.of(text));
    JsonNode base = own.remove(EXTENDS);
    requireKnown(path, own);
    if (base == null) {
      return new Keys(own, origins);
    }
    if (!base.isTextual()) {
      throw LlavaSgException.user("'%s': extends has to be the path of another recipe", path);
    }
    Keys extended = load(path.resolveSibling(base.textValue()), depth + 1);
    own.fieldNames().forEachRemaining(key -> extended.origins.remove(key));
    extended.origins.putAll(origins);
    merge(extended.node, own);
    return extended;
  }

  private static void merge(ObjectNode base, ObjectNode over) {
    over.properties()
        .forEach(
            entry -> {
              if (base.get(entry.getKey()) instanceof ObjectNode below
                  && entry.getValue() instanceof ObjectNode above) {
                merge(below, above);
              } else {
                base.set(entry.getKey(), entry.getValue());
              }
            });
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw LlavaSgException.user(e, "there is no recipe '%s'", path);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "the recipe '%s' cannot be read: %s", path, e.toString());
    }
  }

  private static ObjectNode parse(Path path, String text) {
    try {
      if (YAML.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(
          e,
          "'%s' is not YAML (line %d): %s",
          path,
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          e.getOriginalMessage().lines().findFirst().orElse(""));
    }
    throw LlavaSgException.user("'%s' is no recipe: expected keys with values", path);
  }

  private static void requireKnown(Path path, ObjectNode keys) {
    List<String> known = new ArrayList<>(RecipeKey.keys());
    keys.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw unknown(path, key, known);
              }
            });
  }

  static LlavaSgException unknown(Path path, String key, Iterable<String> known) {
    return LlavaSgException.user(
        "'%s': there is no key '%s'; did you mean '%s'?", path, key, RecipeKey.nearest(key, known));
  }

  /** The keys with what holds where the recipe is silent. */
  private static ObjectNode complete(Path path, Keys keys) {
    requireKnown(path, keys.node);
    ObjectNode all = keys.node;
    for (RecipeKey key : RecipeKey.values()) {
      if (!all.has(key.key())) {
        String standard =
            key.standard()
                .orElseThrow(
                    () -> LlavaSgException.user("'%s': the recipe lacks %s", path, key.key()));
        all.set(key.key(), Setting.value(standard, YAML));
        keys.origins.put(key.key(), "default: " + key.origin());
      }
    }
    return all;
  }

  private static List<Value> values(Keys keys) {
    return Stream.of(RecipeKey.values())
        .map(RecipeKey::key)
        .map(
            key ->
                new Value(
                    key,
                    String.valueOf(keys.node.get(key)),
                    Optional.ofNullable(keys.origins.get(key)).orElse("the recipe")))
        .toList();
  }
}

package io.llavasg.mini.world.language;

import io.llavasg.LlavaSgException;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Split;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A text with slots.
 *
 * @param text with {0}, {1}, …
 * @param reserved whether training never shows it
 */
public record Template(String text, boolean reserved) {
  private static final Map<String, List<Template>> ALL = read();

  /**
   * One of a key's templates that a split may show. Of a test's questions a third are in the
   * reserved one, if the others are an even number, and a little less if they are not.
   */
  static Template drawn(String key, Split split, Chance chance) {
    List<Template> known = of(key).stream().filter(template -> !template.reserved).toList();
    List<Template> reserved = of(key).stream().filter(Template::reserved).toList();
    List<Template> offered = new ArrayList<>(known);
    for (int i = 0; split == Split.TEST && i < known.size() / 2; i++) {
      offered.addAll(reserved);
    }
    return chance.pick(offered);
  }

  /** A key's templates in the file's order. */
  static List<Template> of(String key) {
    List<Template> templates = ALL.get(key);
    if (templates == null) {
      throw new IllegalArgumentException("no template '" + key + "'");
    }
    return templates;
  }

  /** All templates that a split may show. */
  public static List<Template> all(Split split) {
    return ALL.values().stream()
        .flatMap(List::stream)
        .filter(template -> split == Split.TEST || !template.reserved)
        .toList();
  }

  String filled(List<String> values) {
    String filled = text;
    for (int i = 0; i < values.size(); i++) {
      filled = filled.replace("{" + i + "}", values.get(i));
    }
    return filled;
  }

  private static Map<String, List<Template>> read() {
    Map<String, List<Template>> all = new HashMap<>();
    for (String line : resource().split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split(" ", 2);
        boolean reserved = parts[1].startsWith("* ");
        String text = reserved ? parts[1].substring(2) : parts[1];
        all.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(new Template(text, reserved));
      }
    }
    return all;
  }

  private static String resource() {
    try (InputStream stream = Template.class.getResourceAsStream("templates.txt")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw LlavaSgException.internal(e, "the miniature's templates cannot be read");
    }
  }
}

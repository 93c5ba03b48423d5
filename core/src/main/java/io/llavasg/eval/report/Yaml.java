package io.llavasg.eval.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.llavasg.LlavaSgException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A place in a YAML file, which errors name.
 *
 * @param where such as "'full.yaml': tables.2"
 */
record Yaml(String where, JsonNode node) {
  private static final ObjectMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  /**
   * @throws LlavaSgException user, if it is no YAML
   */
  static Yaml parse(String file, String text) {
    try {
      return new Yaml("'" + file + "': ", MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(
          e,
          "'%s' is not YAML (line %d): %s",
          file,
          Optional.ofNullable(e.getLocation()).map(at -> at.getLineNr()).orElse(0),
          e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  /** What is at a key, maybe nothing. */
  Yaml at(String key) {
    String inner = where.endsWith(" ") ? where + key : where + "." + key;
    return new Yaml(inner, node.path(key));
  }

  boolean isAbsent() {
    return node.isMissingNode() || node.isNull();
  }

  /** The entries of a mapping, in order; none if there is nothing. */
  SequencedMap<String, Yaml> entries() {
    SequencedMap<String, Yaml> entries = new LinkedHashMap<>();
    if (!isAbsent()) {
      if (!node.isObject()) {
        throw wrong("a mapping");
      }
      node.properties().forEach(entry -> entries.put(entry.getKey(), at(entry.getKey())));
    }
    return entries;
  }

  /** Refuses keys that nothing reads. */
  Yaml withOnly(String... keys) {
    for (String key : entries().keySet()) {
      if (!List.of(keys).contains(key)) {
        throw LlavaSgException.user(
            "%s has an unknown key '%s'; the keys are %s", place(), key, String.join(", ", keys));
      }
    }
    return this;
  }

  List<Yaml> items() {
    if (!isAbsent() && !node.isArray()) {
      throw wrong("a list");
    }
    return node.valueStream().map(item -> new Yaml(where, item)).toList();
  }

  String text() {
    if (!node.isValueNode() || node.isNull()) {
      throw wrong("a text");
    }
    return node.asText();
  }

  Optional<String> optionalText() {
    return isAbsent() ? Optional.empty() : Optional.of(text());
  }

  double number() {
    if (!node.isNumber()) {
      throw wrong("a number");
    }
    return node.doubleValue();
  }

  int integer() {
    if (!node.isInt()) {
      throw wrong("a whole number");
    }
    return node.intValue();
  }

  /** The values of a mapping as texts. */
  SequencedMap<String, String> texts() {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, Yaml> entry : entries().entrySet()) {
      texts.put(entry.getKey(), entry.getValue().text());
    }
    return texts;
  }

  LlavaSgException wrong(String expected) {
    return LlavaSgException.user(
        "%s has to be %s, not %s", place(), expected, isAbsent() ? "nothing" : node.toString());
  }

  String place() {
    return where.strip();
  }
}

package io.llavasg.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of a table or an object of a JSON file.
 *
 * @param where what errors call it, such as "line 3 of 'x.jsonl'"
 * @param image the image in the row itself
 */
record DataRow(String where, JsonNode fields, Optional<ImageSource> image) {

  DataRow(String where, JsonNode fields) {
    this(where, fields, Optional.empty());
  }

  /** A text, or a number as text. */
  String text(String name) {
    return optional(name).orElseThrow(() -> lacks(name));
  }

  /** Empty where the field is missing or null. */
  Optional<String> optional(String name) {
    JsonNode value = fields.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isValueNode()) {
      throw LlavaSgException.user("%s: \"%s\" has to be a text, not a list", where, name);
    }
    return Optional.of(value.asText());
  }

  int integer(String name) {
    String text = text(name);
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw LlavaSgException.user(
          e, "%s: \"%s\" has to be a whole number, not '%s'", where, name, text);
    }
  }

  /** A list of texts. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : list(name)) {
      texts.add(element.asText());
    }
    return texts;
  }

  /** The same field of each object of a list; empty where the list is missing. */
  List<String> texts(String name, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : fields.path(name)) {
      if (!element.path(field).isTextual()) {
        throw LlavaSgException.user("%s: an element of \"%s\" has no \"%s\"", where, name, field);
      }
      texts.add(element.path(field).asText());
    }
    return texts;
  }

  JsonNode list(String name) {
    JsonNode value = fields.path(name);
    if (!value.isArray()) {
      throw LlavaSgException.user("%s has no list \"%s\"", where, name);
    }
    return value;
  }

  ImageSource requiredImage() {
    return image.orElseThrow(() -> LlavaSgException.user("%s has no image", where));
  }

  private LlavaSgException lacks(String name) {
    return LlavaSgException.user("%s has no \"%s\"", where, name);
  }
}

package io.llavasg.train.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.llavasg.LlavaSgException;
import java.util.List;

/**
 * A value given beside a recipe.
 *
 * @param path keys and positions in lists, from the outside
 */
record Setting(List<String> path, JsonNode value) {

  static Setting parse(String text, ObjectMapper yaml) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw LlavaSgException.user("'%s' is no setting; expected key=value", text);
    }
    return new Setting(
        List.of(text.substring(0, equals).strip().split("\\.")),
        value(text.substring(equals + 1), yaml));
  }

  static JsonNode value(String text, ObjectMapper yaml) {
    try {
      JsonNode value = yaml.readTree(text);
      return value.isMissingNode() ? TextNode.valueOf("") : value;
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "'%s' is no YAML value", text);
    }
  }

  void apply(ObjectNode root) {
    JsonNode at = root;
    for (String step : path.subList(0, path.size() - 1)) {
      at = at instanceof ArrayNode list ? list.path(position(list, step)) : child(at, step);
    }
    String last = path.get(path.size() - 1);
    if (at instanceof ArrayNode list) {
      list.set(position(list, last), value);
    } else if (at instanceof ObjectNode object) {
      object.set(last, value);
    } else {
      throw LlavaSgException.user(
          "there is nothing at '%s' in the recipe that has keys",
          String.join(".", path.subList(0, path.size() - 1)));
    }
  }

  private static JsonNode child(JsonNode at, String key) {
    return at instanceof ObjectNode object && !object.hasNonNull(key)
        ? object.putObject(key)
        : at.path(key);
  }

  private int position(ArrayNode list, String step) {
    if (!step.matches("\\d{1,6}") || Integer.parseInt(step) >= list.size()) {
      throw LlavaSgException.user(
          "'%s' of '%s' is no position in a list of %d; the first is 0",
          step, String.join(".", path), list.size());
    }
    return Integer.parseInt(step);
  }
}

package io.llavasg.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.text.Role;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads samples of LLaVA's format from JSON trees. */
final class SampleJson {
  private SampleJson() {}

  /**
   * A sample.
   *
   * @param file and {@code number}, counted from 1, name it in errors
   */
  static Sample parse(JsonNode json, String file, int number) {
    if (!json.isObject()) {
      throw LlavaSgException.user(
          "sample %d of '%s' is no JSON object but %s", number, file, brief(json));
    }
    Optional<String> id = id(json);
    String name =
        id.map(text -> "sample '%s' (number %d of '%s')".formatted(text, number, file))
            .orElse("sample %d of '%s'".formatted(number, file));
    return new Sample(
        id.orElse("#" + number),
        name,
        text(json, "image", name),
        turns(json.path("conversations"), name),
        present(json.path("entities")),
        text(json, "predicate", name),
        text(json, "source", name));
  }

  private static Optional<String> id(JsonNode json) {
    JsonNode id = json.path("id");
    return id.isTextual() || id.isNumber() ? Optional.of(id.asText()) : Optional.empty();
  }

  private static Optional<String> text(JsonNode json, String key, String name) {
    Optional<JsonNode> value = present(json.path(key));
    if (value.isPresent() && !value.get().isTextual()) {
      throw LlavaSgException.user(
          "%s: \"%s\" has to be a text, not %s", name, key, brief(value.get()));
    }
    return value.map(JsonNode::textValue);
  }

  private static Optional<JsonNode> present(JsonNode value) {
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  private static List<Turn> turns(JsonNode conversations, String name) {
    if (!conversations.isArray() || conversations.isEmpty()) {
      throw LlavaSgException.user(
          "%s has no conversation; expected \"conversations\": [{\"from\": \"human\", \"value\": …},"
              + " {\"from\": \"gpt\", \"value\": …}]",
          name);
    }
    List<Turn> turns = new ArrayList<>();
    for (JsonNode turn : conversations) {
      JsonNode value = turn.path("value");
      if (!value.isTextual()) {
        throw LlavaSgException.user("%s: turn %d has no text \"value\"", name, turns.size() + 1);
      }
      turns.add(new Turn(role(turn.path("from"), name, turns.size() + 1), value.textValue()));
    }
    return turns;
  }

  private static Role role(JsonNode from, String name, int turn) {
    return switch (from.asText()) {
      case "human" -> Role.USER;
      case "gpt" -> Role.ASSISTANT;
      default ->
          throw LlavaSgException.user(
              "%s: turn %d is from %s; it has to be \"human\" or \"gpt\"", name, turn, brief(from));
    };
  }

  private static String brief(JsonNode node) {
    String text = node.isMissingNode() ? "nobody" : node.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}

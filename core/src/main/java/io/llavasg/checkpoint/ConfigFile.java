package io.llavasg.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A JSON object in a configuration file, read field by field; a field of the wrong kind is an error
 * that names the file and the field.
 *
 * @param path the file
 * @param section where in the file the object stands, empty for the top
 */
public record ConfigFile(Path path, String section, ObjectNode node) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static ConfigFile read(Path path) {
    try {
      if (JSON.readTree(Files.readAllBytes(path)) instanceof ObjectNode object) {
        return new ConfigFile(path, "", object);
      }
      throw LlavaSgException.user("'%s' holds no JSON object", path);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "'%s' is not valid JSON: %s", path, e.getOriginalMessage());
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read", path);
    }
  }

  public boolean has(String name) {
    return !value(name).isMissingNode();
  }

  /** An object below this one; an empty one where it is absent. */
  public ConfigFile in(String name) {
    JsonNode value = value(name);
    if (value instanceof ObjectNode object) {
      return new ConfigFile(path, qualified(name), object);
    }
    if (value.isMissingNode()) {
      return new ConfigFile(path, qualified(name), JSON.createObjectNode());
    }
    throw wrong(name, "an object");
  }

  public int integer(String name, int otherwise) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(name, "an integer");
    }
    return value.intValue();
  }

  /** A size, which has to be positive. */
  public int size(String name, int otherwise) {
    int value = integer(name, otherwise);
    if (value < 1) {
      throw wrong(name, "a positive integer");
    }
    return value;
  }

  /** A number of things, of which there may be none. */
  public int count(String name, int otherwise) {
    int value = integer(name, otherwise);
    if (value < 0) {
      throw wrong(name, "an integer that is not negative");
    }
    return value;
  }

  /** A list of sizes, which have to be positive. */
  public List<Integer> sizes(String name, List<Integer> otherwise) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    List<Integer> sizes = new ArrayList<>();
    for (JsonNode size : value) {
      sizes.add(size.isIntegralNumber() && size.canConvertToInt() ? size.intValue() : 0);
    }
    if (!value.isArray() || sizes.stream().anyMatch(size -> size < 1)) {
      throw wrong(name, "a list of positive integers");
    }
    return sizes;
  }

  public int requiredInteger(String name) {
    if (!has(name)) {
      throw LlavaSgException.user("'%s' lacks %s", path, qualified(name));
    }
    return integer(name, 0);
  }

  public double number(String name, double otherwise) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw wrong(name, "a number");
    }
    return value.doubleValue();
  }

  public boolean flag(String name, boolean otherwise) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong(name, "true or false");
    }
    return value.booleanValue();
  }

  public String string(String name, String otherwise) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw wrong(name, "a string");
    }
    return value.textValue();
  }

  /** The value as it stands; missing for an absent or null field. */
  public JsonNode value(String name) {
    JsonNode value = node.path(name);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  /** A number above zero. */
  public double positive(String name, double otherwise) {
    double value = number(name, otherwise);
    if (!(value > 0)) {
      throw wrong(name, "a positive number");
    }
    return value;
  }

  /** Makes a part of the configuration; what it finds wrong with itself names this file then. */
  public <T> T checked(Supplier<T> part) {
    try {
      return part.get();
    } catch (LlavaSgException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith("'" + path)
          ? e
          : LlavaSgException.user(e, "'%s': %s", path, message);
    }
  }

  public LlavaSgException wrong(String name, String expected) {
    return LlavaSgException.user(
        "'%s': %s has to be %s, not %s", path, qualified(name), expected, value(name));
  }

  private String qualified(String name) {
    return section.isEmpty() ? name : section + "." + name;
  }
}

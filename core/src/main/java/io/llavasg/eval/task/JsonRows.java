package io.llavasg.eval.task;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Rows of JSON files, one after the other; only one of them is in memory. */
final class JsonRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonRows() {}

  /** The objects of the list that stands under a key of a file's one object. */
  static void list(Path file, String key, Problems problems, Consumer<DataRow> visitor) {
    parse(
        file,
        parser -> {
          require(parser.nextToken() == JsonToken.START_OBJECT, file, "an object");
          for (String name = parser.nextFieldName();
              name != null && !name.equals(key);
              name = parser.nextFieldName()) {
            parser.nextToken();
            parser.skipChildren();
          }
          require(parser.nextToken() == JsonToken.START_ARRAY, file, "a list \"" + key + "\"");
          long number = 0;
          for (JsonToken token = parser.nextToken();
              token != null && token != JsonToken.END_ARRAY;
              token = parser.nextToken()) {
            String where = "%s %d of '%s'".formatted(key, ++number, file);
            visit(new DataRow(where, JSON.readTree(parser)), problems, visitor);
          }
          return number;
        });
  }

  /** The text that stands under a key of a file's one object. */
  static Optional<String> head(Path file, String key) {
    return parse(
        file,
        parser -> {
          require(parser.nextToken() == JsonToken.START_OBJECT, file, "an object");
          for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals(key) && value == JsonToken.VALUE_STRING) {
              return Optional.of(parser.getText());
            }
            parser.skipChildren();
          }
          return Optional.empty();
        });
  }

  /** The objects that are the values of a file's one object; visited with their keys. */
  static void entries(Path file, Problems problems, EntryVisitor visitor) {
    parse(
        file,
        parser -> {
          require(parser.nextToken() == JsonToken.START_OBJECT, file, "an object");
          for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            DataRow row = new DataRow("'%s' of '%s'".formatted(key, file), JSON.readTree(parser));
            String name = key;
            visit(row, problems, entry -> visitor.visit(name, entry));
          }
          return true;
        });
  }

  /** What {@link #entries} calls. */
  @FunctionalInterface
  interface EntryVisitor {
    void visit(String key, DataRow row);
  }

  /** A whole file, for small ones. */
  static JsonNode tree(Path file) {
    return parse(file, JSON::readTree);
  }

  /** The objects of a file with one a line. */
  static void lines(Path file, Problems problems, Consumer<DataRow> visitor) {
    try (BufferedReader reader = Utf8Text.open(file)) {
      long number = 0;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        String where = "line %d of '%s'".formatted(++number, file);
        if (!text.isBlank()) {
          String line = text;
          problems.guard(() -> visitor.accept(new DataRow(where, object(line, where))));
        }
      }
    } catch (MalformedInputException e) {
      throw LlavaSgException.user(e, "'%s' is not in UTF-8; convert it", file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static JsonNode object(String line, String where) {
    try {
      JsonNode json = JSON.readTree(line);
      if (!json.isObject()) {
        throw LlavaSgException.user("%s is no JSON object", where);
      }
      return json;
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "%s is not JSON: %s", where, reason(e));
    }
  }

  private static void visit(DataRow row, Problems problems, Consumer<DataRow> visitor) {
    problems.guard(
        () -> {
          if (!row.fields().isObject()) {
            throw LlavaSgException.user("%s is no JSON object", row.where());
          }
          visitor.accept(row);
        });
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read(JsonParser parser) throws IOException;
  }

  private static <T> T parse(Path file, Reading<T> reading) {
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      return reading.read(parser);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(
          e,
          "'%s' is not whole JSON (line %d): %s; get it anew",
          file,
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          reason(e));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void require(boolean holds, Path file, String expected) {
    if (!holds) {
      throw LlavaSgException.user("'%s' does not hold %s", file, expected);
    }
  }

  private static String reason(JsonProcessingException e) {
    return e.getOriginalMessage().replace('\n', ' ');
  }

  private static LlavaSgException unreadable(Path file, IOException e) {
    return LlavaSgException.user(e, "'%s' cannot be read: %s", file, e.toString());
  }
}

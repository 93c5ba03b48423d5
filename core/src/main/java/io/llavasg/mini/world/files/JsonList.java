package io.llavasg.mini.world.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes JSON objects, one a line: as a list, or as lines alone. */
final class JsonList implements AutoCloseable {
  static final JsonMapper JSON = new JsonMapper();

  private final BufferedWriter out;
  private final String between;
  private final String end;
  private boolean first = true;

  private JsonList(Path file, String start, String between, String end) throws IOException {
    out = Files.newBufferedWriter(file);
    out.write(start);
    this.between = between;
    this.end = end;
  }

  /** A JSON list. */
  static JsonList of(Path file) throws IOException {
    return new JsonList(file, "[\n", ",\n", "\n]\n");
  }

  /** A JSON object a line, as the {@code .json} files of POPE are, too. */
  static JsonList lines(Path file) throws IOException {
    return new JsonList(file, "", "\n", "\n");
  }

  static void write(Path file, JsonNode json) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
  }

  void add(ObjectNode object) throws IOException {
    out.write(first ? "" : between);
    out.write(JSON.writeValueAsString(object));
    first = false;
  }

  @Override
  public void close() throws IOException {
    out.write(end);
    out.close();
  }
}

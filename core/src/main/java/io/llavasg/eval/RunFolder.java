package io.llavasg.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder of a run, or of the parts of one. */
public record RunFolder(Path path) {
  static final ObjectMapper JSON = new ObjectMapper();

  static final String SUMMARY = "summary.json";
  static final String SCORES = "scores.jsonl";

  private static final String CONFIGURATION = "run.json";

  /**
   * Makes the folder, or goes on in it.
   *
   * @param configuration all that the answers depend on
   * @throws LlavaSgException user, if the folder belongs to another configuration; it says in what
   */
  public static RunFolder open(Path path, ObjectNode configuration) {
    RunFolder folder = new RunFolder(path);
    Path file = path.resolve(CONFIGURATION);
    try {
      Files.createDirectories(path);
      if (Files.exists(file)) {
        folder.requireSame(JSON.readTree(file.toFile()), configuration);
      } else {
        folder.write(CONFIGURATION, configuration);
      }
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "'%s' is not JSON; choose another --out", file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    return folder;
  }

  private void requireSame(JsonNode before, ObjectNode now) {
    for (Iterator<String> names = now.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!before.path(name).asText().equals(now.path(name).asText())) {
        throw LlavaSgException.user(
            "'%s' holds answers of another run: its %s is %s, not %s; choose another --out",
            path, name, before.path(name), now.path(name));
      }
    }
  }

  /**
   * The file of a part's answers.
   *
   * @param suffix of the part, such as "-0-of-2"; empty for the whole
   */
  public Path answers(String suffix) {
    return path.resolve("answers" + suffix + ".jsonl");
  }

  /** The files of all parts that there are. */
  public List<Path> answers() {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(
              file ->
                  String.valueOf(file.getFileName())
                      .toLowerCase(Locale.ROOT)
                      .matches("answers.*\\.jsonl"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' is no folder that can be read", path);
    }
  }

  /**
   * What {@code summary.json} said of the run when it was last written; empty if it was not, or is
   * damaged.
   */
  public Optional<JsonNode> lastConfiguration() {
    try {
      return Optional.of(JSON.readTree(path.resolve(SUMMARY).toFile()).path("configuration"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  Path write(String name, JsonNode json) {
    return write(name, part -> Files.writeString(part, json.toPrettyString() + "\n"));
  }

  /** Writes a file. */
  @FunctionalInterface
  interface Writing {
    void to(Path file) throws IOException;
  }

  /**
   * Writes a file whole or not at all.
   *
   * @return the file
   */
  Path write(String name, Writing writing) {
    Path file = path.resolve(name);
    Path part = path.resolve(name + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      Files.createDirectories(path);
      writing.to(part);
      WholeFile.publish(part, file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    return file;
  }

  /** Takes a file away that is no longer true. */
  void delete(String name) {
    Path file = path.resolve(name);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  static LlavaSgException unwritable(Path file, IOException e) {
    return LlavaSgException.resources(
        e, "'%s' cannot be written: %s; choose another --out", file, e.toString());
  }
}

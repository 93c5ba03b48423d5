package io.llavasg.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tokenizer fixtures, written by reference/tokenizers/make_fixtures.py. */
final class Fixtures {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  static final Path FOLDER = Path.of("src/test/resources/tokenizers");

  /** Real inputs and golden values, where they lie beside the project. */
  static final Path SHARED = sharedFolder();

  private Fixtures() {}

  /** A text and the ids that a reference library gives it. */
  @SuppressWarnings("ArrayRecordComponent")
  record Case(String text, int[] ids) {}

  static Path path(String name) {
    return FOLDER.resolve(name);
  }

  static JsonNode json(Path file) throws IOException {
    return MAPPER.readTree(Files.readAllBytes(file));
  }

  static List<Case> cases(String name) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (JsonNode node : json(path(name))) {
      cases.add(new Case(node.path("text").asText(), ints(node.path("ids"))));
    }
    return cases;
  }

  static int[] ints(JsonNode array) {
    int[] ints = new int[array.size()];
    Arrays.setAll(ints, i -> array.get(i).asInt());
    return ints;
  }

  /** Cases as llama.cpp publishes them: texts between marker lines, ids a line each. */
  static List<Case> published(String name) throws IOException {
    Path folder = SHARED.resolve("data/tokenizers");
    String[] texts =
        Files.readString(folder.resolve(name + ".inp")).split("\n__ggml_vocab_test__\n", -1);
    String[] ids = Files.readString(folder.resolve(name + ".out")).split("\n", -1);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      int[] expected =
          Arrays.stream(ids[i].strip().split("\\s+"))
              .filter(word -> !word.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      cases.add(new Case(texts[i], expected));
    }
    return cases;
  }

  private static Path sharedFolder() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path shared = at.resolve("shared");
      if (Files.isDirectory(shared.resolve("goldens"))) {
        return shared;
      }
    }
    return Path.of("shared");
  }
}

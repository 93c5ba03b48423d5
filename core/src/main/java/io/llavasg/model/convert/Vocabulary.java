package io.llavasg.model.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the special tokens of a LLaVA-SG stand in its vocabulary.
 *
 * @param original how many entries the language model came with, whose mean new rows get
 * @param rows rows of the embedding and the head, padding included
 * @param ids ids of {@code <image>}, {@code <pad>}, {@code <sg>} and {@code <text>}
 * @param fresh ids whose rows are new; so are rows that the source has not
 */
record Vocabulary(int original, int rows, Map<String, Integer> ids, Set<Integer> fresh) {
  static final String IMAGE = "<image>";
  static final String PAD = "<pad>";
  static final String SG = "<sg>";
  static final String TEXT = "<text>";

  /** Matrices whose sizes are multiples of 64 multiply faster; llava-hf pads to it, too. */
  private static final int MULTIPLE = 64;

  /**
   * Plans the new entries: behind the last entry that the tokenizer has, in padding rows as far as
   * there are any.
   *
   * @param tokenizer a tokenizer.json
   * @param imageToken what the manifest says {@code <image>} is, if it does
   * @param rows rows that the source's embedding has
   * @param directory of the tokenizer, for errors
   */
  static Vocabulary plan(ObjectNode tokenizer, OptionalInt imageToken, int rows, Path directory) {
    Map<String, Integer> known = new HashMap<>();
    JsonNode words = tokenizer.path("model").path("vocab");
    words.properties().forEach(word -> known.put(word.getKey(), word.getValue().asInt()));
    tokenizer
        .path("added_tokens")
        .forEach(token -> known.put(token.path("content").asText(), token.path("id").asInt()));
    int next = Math.max(known.values().stream().mapToInt(Integer::intValue).max().orElse(-1), -1);
    if (imageToken.isPresent()) {
      requireSame(known.get(IMAGE), imageToken.getAsInt(), directory);
      next = Math.max(next, imageToken.getAsInt());
      known.put(IMAGE, imageToken.getAsInt());
    }
    Map<String, Integer> ids = new LinkedHashMap<>();
    Set<Integer> fresh = new LinkedHashSet<>();
    for (String token : new String[] {IMAGE, PAD, SG, TEXT}) {
      Integer id = known.get(token);
      if (id == null) {
        id = ++next;
        fresh.add(id);
      }
      if (token.equals(SG) || token.equals(TEXT)) {
        fresh.add(id); // a tokenizer may know them already, a plain LLaVA's weights don't
      }
      ids.put(token, id);
    }
    int needed = (next / MULTIPLE + 1) * MULTIPLE;
    return new Vocabulary(Math.min(words.size(), rows), Math.max(rows, needed), ids, fresh);
  }

  private static void requireSame(@Nullable Integer tokenizer, int manifest, Path directory) {
    if (tokenizer != null && tokenizer != manifest) {
      throw LlavaSgException.user(
          "'%s': <image> is token %d of the tokenizer, and image_token_index of config.json is %d",
          directory, tokenizer, manifest);
    }
  }

  int id(String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw new IllegalArgumentException(token);
    }
    return id;
  }
}

package io.llavasg.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What lies beside a tokenizer: {@code tokenizer_config.json} and {@code added_tokens.json}.
 *
 * @param names names of special tokens by role, such as {@code bos_token} → {@code <s>}
 * @param addedTokens further tokens and their ids
 * @param lowerCase whether a WordPiece vocabulary is uncased
 */
record TokenizerConfig(
    Map<String, String> names, Map<String, Integer> addedTokens, boolean lowerCase) {

  static final TokenizerConfig NONE = new TokenizerConfig(Map.of(), Map.of(), true);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  TokenizerConfig {
    names = Map.copyOf(names);
    addedTokens = Map.copyOf(addedTokens);
  }

  /** Reads those of the files that the directory has. */
  static TokenizerConfig read(Path directory) {
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, Integer> added = new LinkedHashMap<>();
    Path addedFile = directory.resolve("added_tokens.json");
    readObject(addedFile)
        .ifPresent(
            tokens ->
                tokens
                    .properties()
                    .forEach(e -> added.put(e.getKey(), id(e.getValue().asText(), addedFile))));
    Path configFile = directory.resolve("tokenizer_config.json");
    JsonNode config = readObject(configFile).orElseGet(JsonNodeFactory.instance::objectNode);
    for (Map.Entry<String, JsonNode> entry : config.properties()) {
      JsonNode value = entry.getValue().path("content");
      JsonNode name = value.isMissingNode() ? entry.getValue() : value;
      if (entry.getKey().endsWith("_token") && name.isTextual()) {
        names.put(entry.getKey(), name.asText());
      }
    }
    for (Map.Entry<String, JsonNode> entry : config.path("added_tokens_decoder").properties()) {
      added.put(entry.getValue().path("content").asText(), id(entry.getKey(), configFile));
    }
    return new TokenizerConfig(names, added, config.path("do_lower_case").asBoolean(true));
  }

  private static int id(String text, Path file) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw LlavaSgException.user(e, "%s: '%s' is no token id", file, text);
    }
  }

  static Optional<JsonNode> readObject(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      if (json == null || !json.isObject()) {
        throw LlavaSgException.user("%s holds no JSON object", file);
      }
      return Optional.of(json);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "%s is not JSON (%s)", file, e.getOriginalMessage());
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read %s", file);
    }
  }
}

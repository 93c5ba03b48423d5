package io.llavasg.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tokenizer of a checkpoint directory as data: what converting a checkpoint reads and writes.
 */
public final class TokenizerFiles {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Map<String, String> LLAMA_NAMES =
      Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>", "pad_token", "<pad>");

  private TokenizerFiles() {}

  /**
   * The tokenizer.json of a directory, or what its {@code tokenizer.model} and {@code
   * added_tokens.json} amount to.
   */
  public static ObjectNode read(Path directory) {
    Path json = directory.resolve("tokenizer.json");
    Path model = directory.resolve("tokenizer.model");
    if (!Files.isRegularFile(json)) {
      if (!Files.isRegularFile(model)) {
        throw LlavaSgException.user(
            "%s has no tokenizer: put a tokenizer.json or tokenizer.model into it", directory);
      }
      return TokenizerJson.withSpecialTokens(
          SentencePieceModel.read(model).toTokenizerJson(),
          TokenizerConfig.read(directory).addedTokens());
    }
    JsonNode tree = tree(json);
    if (tree instanceof ObjectNode object && tree.path("model").path("vocab").isObject()) {
      return object;
    }
    throw LlavaSgException.user("%s is no tokenizer.json: it has no model with a vocabulary", json);
  }

  /**
   * Writes a {@code tokenizer.json} and a {@code tokenizer_config.json} beside it, with which
   * transformers loads it as it stands, as the tokenizer of a LLaVA processor.
   *
   * @param source the directory that the tokenizer comes from: it may name the special tokens
   */
  public static void write(ObjectNode tokenizerJson, Path source, Path directory) {
    try {
      MAPPER.writeValue(directory.resolve("tokenizer.json").toFile(), tokenizerJson);
      MAPPER
          .writerWithDefaultPrettyPrinter()
          .writeValue(
              directory.resolve("tokenizer_config.json").toFile(), config(tokenizerJson, source));
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot write the tokenizer into %s", directory);
    }
  }

  private static JsonNode tree(Path file) {
    try {
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "%s is not JSON, or it is cut off", file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read %s", file);
    }
  }

  private static ObjectNode config(ObjectNode tokenizerJson, Path source) {
    Map<String, String> names = new TreeMap<>(LLAMA_NAMES);
    names.putAll(TokenizerConfig.read(source).names());
    names.keySet().retainAll(Set.of("bos_token", "eos_token", "unk_token", "pad_token"));
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    names.forEach(
        (role, name) -> {
          if (isToken(tokenizerJson, name)) {
            config.put(role, name);
          }
        });
    return config
        .put("clean_up_tokenization_spaces", false)
        .put("padding_side", "left")
        .put("processor_class", "LlavaProcessor")
        .put("tokenizer_class", "PreTrainedTokenizerFast");
  }

  private static boolean isToken(ObjectNode tokenizerJson, String name) {
    for (JsonNode token : tokenizerJson.path("added_tokens")) {
      if (token.path("content").asText().equals(name)) {
        return true;
      }
    }
    return tokenizerJson.path("model").path("vocab").has(name);
  }
}

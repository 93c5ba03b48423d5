package io.llavasg.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tokenizer.json: what this package has to know of it, and the form that the backend gets.
 *
 * <p>The file is megabytes of vocabulary and merges, which the backend parses anyway. So only its
 * head is read here, up to the vocabulary, and the backend's form is the same text with a few
 * values cut out of it.
 */
public final class TokenizerJson {
  static final JsonFactory FACTORY =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private static final List<String> CUT = List.of("truncation", "padding", "post_processor");

  /**
   * All that is read or cut; it stands before the model, unless somebody wrote the file by hand.
   */
  private static final List<String> HEAD =
      List.of("truncation", "padding", "post_processor", "added_tokens");

  private final String text;
  private final String source;
  private final List<Edit> edits = new ArrayList<>();
  private final List<AddedToken> addedTokens = new ArrayList<>();
  private int vocabulary = -1;

  /** Text to be put in the place of the chars {@code [start, end)}. */
  private record Edit(int start, int end, String replacement) {}

  private TokenizerJson(String text, String source) {
    this.text = text;
    this.source = source;
  }

  /**
   * Reads the head of a tokenizer.json.
   *
   * @param source what an error calls it
   */
  static TokenizerJson parse(String text, String source) {
    TokenizerJson json = new TokenizerJson(text, source);
    try (JsonParser parser = FACTORY.createParser(text)) {
      json.read(parser);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "%s is not JSON, or it is cut off", source);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read %s", source);
    }
    if (json.vocabulary < 0) {
      throw LlavaSgException.user(
          "%s is no tokenizer.json: it has no model with a vocabulary", source);
    }
    return json;
  }

  /**
   * Adds special tokens; one of the same content gets the new id. Nothing else changes.
   *
   * @param json a tokenizer.json; not modified
   * @param tokens contents and ids
   */
  public static ObjectNode withSpecialTokens(ObjectNode json, Map<String, Integer> tokens) {
    Map<Integer, JsonNode> byId = new LinkedHashMap<>();
    for (JsonNode token : json.path("added_tokens")) {
      if (!tokens.containsKey(token.path("content").asText())) {
        byId.put(token.path("id").asInt(), token);
      }
    }
    tokens.forEach(
        (content, id) -> {
          JsonNode taken = byId.put(id, specialToken(json, content, id));
          if (taken != null) {
            throw LlavaSgException.user(
                "cannot add the token %s with id %d: %s has that id",
                content, id, taken.path("content").asText());
          }
        });
    ArrayNode added = json.arrayNode();
    byId.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> added.add(e.getValue()));
    ObjectNode result = json.objectNode();
    result.setAll(json);
    result.set("added_tokens", added);
    return result;
  }

  static ObjectNode specialToken(ObjectNode factory, String content, int id) {
    return factory
        .objectNode()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  List<AddedToken> addedTokens() {
    return addedTokens;
  }

  /**
   * The text for the backend: no added tokens, no post-processor, no truncation or padding. Added
   * tokens that are not special join the vocabulary, so that they can be decoded; no merge leads to
   * them.
   */
  String backendText() {
    StringBuilder result = new StringBuilder(text.length() + 64);
    int position = 0;
    for (Edit edit : edits) {
      result.append(text, position, edit.start).append(edit.replacement);
      position = edit.end;
    }
    return result.append(text, position, text.length()).toString();
  }

  /**
   * Ids of the byte pieces {@code <0x00>} to {@code <0xFF>}, found without parsing the vocabulary:
   * a quoted name with a colon behind it is a key.
   */
  Set<Integer> bytePieces() {
    Set<Integer> ids = new HashSet<>();
    int from = vocabulary;
    for (int value = 0; value < 256; value++) {
      String key = String.format("\"<0x%02X>\"", value);
      int at = text.indexOf(key, from);
      if (at < 0 && from > vocabulary) {
        at = text.indexOf(key, vocabulary);
      }
      if (at < 0) {
        continue;
      }
      from = at + key.length();
      int colon = skipSpace(from);
      if (text.charAt(colon) == ':') {
        int start = skipSpace(colon + 1);
        int end = start;
        while (Character.isDigit(text.charAt(end))) {
          end++;
        }
        ids.add(Integer.parseInt(text, start, end, 10));
      }
    }
    return Set.copyOf(ids);
  }

  /** The whole vocabulary, added tokens included. */
  Map<String, Integer> entries() {
    Map<String, Integer> entries = new HashMap<>(1 << 16);
    try (JsonParser parser = FACTORY.createParser(text.substring(vocabulary))) {
      parser.nextToken();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        entries.put(name, parser.nextIntValue(-1));
      }
    } catch (IOException e) {
      throw LlavaSgException.user(e, "the vocabulary of %s cannot be read", source);
    }
    addedTokens.forEach(token -> entries.put(token.content(), token.id()));
    return entries;
  }

  private void read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw LlavaSgException.user("%s is no tokenizer.json: it holds no JSON object", source);
    }
    Edit cutTokens = null;
    int missing = HEAD.size();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      int start = (int) parser.currentTokenLocation().getCharOffset();
      missing -= HEAD.contains(name) ? 1 : 0;
      if (name.equals("model") && value == JsonToken.START_OBJECT) {
        readModel(parser);
        if (missing == 0 && vocabulary >= 0) {
          break;
        }
        leaveModel(parser);
      } else if (name.equals("added_tokens") && value == JsonToken.START_ARRAY) {
        readAddedTokens(parser);
        cutTokens = new Edit(start, end(parser), "[]");
      } else {
        parser.skipChildren();
        if (CUT.contains(name)) {
          edits.add(new Edit(start, end(parser), "null"));
        }
      }
    }
    if (cutTokens != null) {
      edits.add(cutTokens);
      keepDecodable();
    }
    edits.sort((a, b) -> Integer.compare(a.start, b.start));
  }

  private static int end(JsonParser parser) {
    return (int) parser.currentLocation().getCharOffset();
  }

  /** Leaves the parser at the start of the vocabulary. */
  private void readModel(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("type") && !List.of("BPE", "WordPiece").contains(parser.getText())) {
        throw LlavaSgException.user(
            "%s holds a %s tokenizer; BPE and WordPiece are supported", source, parser.getText());
      }
      if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
        vocabulary = (int) parser.currentTokenLocation().getCharOffset();
        return;
      }
      parser.skipChildren();
    }
  }

  /** From the start of the vocabulary, or the end of a model without one, to the model's end. */
  private static void leaveModel(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      parser.skipChildren();
      while (parser.nextFieldName() != null) {
        parser.nextToken();
        parser.skipChildren();
      }
    }
  }

  private void readAddedTokens(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      int id = -1;
      String content = "";
      boolean special = false;
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        switch (name) {
          case "id" -> id = parser.getValueAsInt(-1);
          case "content" -> content = parser.getValueAsString("");
          case "special" -> special = parser.getValueAsBoolean();
          default -> parser.skipChildren();
        }
      }
      if (id < 0 || content.isEmpty()) {
        throw LlavaSgException.user("%s has an added token without id or content", source);
      }
      addedTokens.add(new AddedToken(id, content, special));
    }
  }

  private void keepDecodable() {
    if (vocabulary < 0) {
      return;
    }
    List<AddedToken> plain = addedTokens.stream().filter(token -> !token.special()).toList();
    if (plain.isEmpty()) {
      return;
    }
    StringBuilder members = new StringBuilder("{");
    plain.forEach(
        token ->
            members
                .append('"')
                .append(JsonStringEncoder.getInstance().quoteAsString(token.content()))
                .append("\":")
                .append(token.id())
                .append(','));
    boolean empty = text.charAt(skipSpace(vocabulary + 1)) == '}';
    if (empty) {
      members.setLength(members.length() - 1);
    }
    edits.add(new Edit(vocabulary, vocabulary + 1, members.toString()));
  }

  private int skipSpace(int from) {
    int at = from;
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }
}

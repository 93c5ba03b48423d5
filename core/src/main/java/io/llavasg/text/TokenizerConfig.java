package io.llavasg.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

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

  TokenizerConfig {
    names = Map.copyOf(names);
    addedTokens = Map.copyOf(addedTokens);
  }

  /** Reads those of the files that the directory has. */
  static TokenizerConfig read(Path directory) {
    Reader reader = new Reader();
    reader.read(directory.resolve("added_tokens.json"), reader::addedTokens);
    reader.read(directory.resolve("tokenizer_config.json"), reader::config);
    return new TokenizerConfig(reader.names, reader.added, reader.lowerCase);
  }

  /** Reads token by token: binding JSON to objects would cost a tenth of a second at each start. */
  private static final class Reader {
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Integer> added = new HashMap<>();
    private boolean lowerCase = true;

    /** Reads one member of the file's object, its name and value given, the parser at the value. */
    private interface MemberReader {
      void read(JsonParser parser, String name) throws IOException;
    }

    void read(Path file, MemberReader members) {
      if (!Files.isRegularFile(file)) {
        return;
      }
      try (JsonParser parser = TokenizerJson.FACTORY.createParser(Files.readAllBytes(file))) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw LlavaSgException.user("%s holds no JSON object", file);
        }
        readMembers(parser, members);
      } catch (JsonProcessingException e) {
        throw LlavaSgException.user(e, "%s is not JSON, or it is cut off", file);
      } catch (NumberFormatException e) {
        throw LlavaSgException.user(e, "%s holds a token id that is no number", file);
      } catch (IOException e) {
        throw LlavaSgException.user(e, "cannot read %s", file);
      }
    }

    private static void readMembers(JsonParser parser, MemberReader members) throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        members.read(parser, name);
      }
    }

    private void addedTokens(JsonParser parser, String name) throws IOException {
      added.put(name, Integer.parseInt(parser.getText()));
    }

    private void config(JsonParser parser, String name) throws IOException {
      if (name.endsWith("_token") && parser.hasToken(JsonToken.VALUE_STRING)) {
        names.put(name, parser.getText());
      } else if (name.endsWith("_token") && parser.hasToken(JsonToken.START_OBJECT)) {
        names.put(name, content(parser));
      } else if (name.equals("added_tokens_decoder") && parser.hasToken(JsonToken.START_OBJECT)) {
        readMembers(parser, (object, id) -> added.put(content(object), Integer.valueOf(id)));
      } else if (name.equals("do_lower_case")) {
        lowerCase = parser.getValueAsBoolean(true);
      } else {
        parser.skipChildren();
      }
    }

    private static String content(JsonParser parser) throws IOException {
      String[] content = {""};
      readMembers(
          parser,
          (object, name) -> {
            if (name.equals("content")) {
              content[0] = object.getText();
            } else {
              object.skipChildren();
            }
          });
      return content[0];
    }
  }
}

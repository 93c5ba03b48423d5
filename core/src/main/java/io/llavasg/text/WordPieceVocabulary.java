package io.llavasg.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * BERT's WordPiece vocabulary, a {@code vocab.txt} with a piece a line; a line's index is the id.
 *
 * <p>Text is cleaned of control characters, lower-cased and stripped of accents if uncased, and
 * split at spaces, punctuation and Chinese characters. Each word is then cut from the left into the
 * longest pieces that the vocabulary has, those inside a word marked {@code ##}; a word that cannot
 * be cut is {@code [UNK]}.
 *
 * @param pieces the vocabulary
 * @param lowerCase whether the vocabulary is uncased
 */
public record WordPieceVocabulary(List<String> pieces, boolean lowerCase) {
  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  public WordPieceVocabulary {
    pieces = List.copyOf(pieces);
  }

  /** Reads a {@code vocab.txt} file. */
  public static WordPieceVocabulary read(Path file, boolean lowerCase) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read the vocabulary %s as UTF-8 text", file);
    }
    if (!lines.contains("[UNK]")) {
      throw LlavaSgException.user("%s is no WordPiece vocabulary: it has no line [UNK]", file);
    }
    return new WordPieceVocabulary(lines, lowerCase);
  }

  /** The equivalent tokenizer.json. */
  public ObjectNode toTokenizerJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    SPECIAL.stream()
        .filter(pieces::contains)
        .map(token -> TokenizerJson.specialToken(json, token, pieces.indexOf(token)))
        .sorted((a, b) -> Integer.compare(a.path("id").asInt(), b.path("id").asInt()))
        .forEach(added::add);
    json.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .putNull("strip_accents")
        .put("lowercase", lowerCase);
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    json.putNull("post_processor");
    json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model = json.putObject("model").put("type", "WordPiece").put("unk_token", "[UNK]");
    model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.put(pieces.get(id), id);
    }
    return json;
  }
}

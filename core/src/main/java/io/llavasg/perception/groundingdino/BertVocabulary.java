package io.llavasg.perception.groundingdino;

import io.llavasg.text.Tokenizer;
import io.llavasg.text.WordPieceVocabulary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The vocabulary of bert-base-uncased (Google, Apache-2.0), which every published checkpoint uses
 * and no official file contains.
 */
final class BertVocabulary {
  private static final String RESOURCE = "bert-base-uncased-vocab.txt";

  private BertVocabulary() {}

  static Tokenizer tokenizer() {
    return Tokenizer.of(
        new WordPieceVocabulary(pieces(), true).toTokenizerJson(), "bert-base-uncased");
  }

  private static List<String> pieces() {
    try (InputStream bytes =
            Objects.requireNonNull(BertVocabulary.class.getResourceAsStream(RESOURCE));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

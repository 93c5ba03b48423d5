package io.llavasg.text;

import static io.llavasg.text.TokenizerTest.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordPieceTest {
  @TempDir Path folder;

  @Test
  void encodesWithOffsetsAsTheReferenceDoes() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("wordpiece"))) {
      for (JsonNode example : Fixtures.json(Fixtures.path("wordpiece/cases.json"))) {
        String text = example.path("text").asText();
        Encoding encoding = tokenizer.encodeWithOffsets(text);
        assertThat(encoding.ids()).as(text).isEqualTo(Fixtures.ints(example.path("ids")));
        assertThat(encoding.starts()).as(text).isEqualTo(Fixtures.ints(example.path("starts")));
        assertThat(encoding.ends()).as(text).isEqualTo(Fixtures.ints(example.path("ends")));
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(encoding.ids());
      }
    }
  }

  @Test
  void offsetsAreJavaChars() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("wordpiece"))) {
      String text = "\uD83D\uDE80 Dog";
      Encoding encoding = tokenizer.encodeWithOffsets(text);
      int last = encoding.length() - 1;
      assertThat(text.substring(encoding.starts()[last], encoding.ends()[last])).isEqualTo("Dog");
      assertThat(encoding.ids()[last]).isEqualTo(tokenizer.requireId("dog"));
    }
  }

  @Test
  void knowsItsSpecialTokens() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("wordpiece/vocab.txt"))) {
      assertThat(tokenizer.cls()).isEqualTo(3);
      assertThat(tokenizer.sep()).isEqualTo(4);
      assertThat(tokenizer.pad()).hasValue(0);
      assertThat(tokenizer.unk()).hasValue(2);
      assertUserError(tokenizer::bos, "has no token <s>");
    }
  }

  @Test
  void refusesAnotherTextFile() throws IOException {
    Path file = Files.writeString(folder.resolve("vocab.txt"), "a\nb\n");
    assertUserError(() -> Tokenizer.load(folder), file + " is no WordPiece vocabulary");
    Files.write(file, new byte[] {(byte) 0xff, 10});
    assertUserError(() -> Tokenizer.load(file), "cannot read the vocabulary");
  }
}

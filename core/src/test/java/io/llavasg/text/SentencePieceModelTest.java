package io.llavasg.text;

import static io.llavasg.text.TokenizerTest.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceModelTest {
  private static final Path MODEL = Fixtures.path("sentencepiece/tokenizer.model");

  @TempDir Path folder;

  @Test
  void readsPiecesAndFlags() {
    SentencePieceModel model = SentencePieceModel.read(MODEL);
    assertThat(model.bytePieces()).isTrue();
    assertThat(model.prefixSpace()).isTrue();
    assertThat(model.specialIds()).isEqualTo(new SentencePieceModel.SpecialIds(0, 1, 2, -1));
    assertThat(model.pieces().get(2))
        .isEqualTo(new SentencePieceModel.Piece("</s>", 0, SentencePieceModel.PieceType.CONTROL));
    assertThat(model.pieces().get(3).type()).isEqualTo(SentencePieceModel.PieceType.BYTE);
  }

  @Test
  void noMergeLeadsToASpecialOrBytePiece() {
    var json = SentencePieceModel.read(MODEL).toTokenizerJson();
    assertThat(json.path("model").path("merges"))
        .isNotEmpty()
        .noneMatch(merge -> merge.asText().replace(" ", "").matches("</?s>|<unk>|<0x..>"));
  }

  @Test
  void refusesATruncatedModel() throws IOException {
    byte[] bytes = Files.readAllBytes(MODEL);
    for (int length : new int[] {1, 7, 1000, bytes.length - 1}) {
      Path file = folder.resolve("tokenizer.model");
      Files.write(file, Arrays.copyOf(bytes, length));
      assertUserError(() -> Tokenizer.load(file), file.toString());
    }
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.model"), "version https://example.org");
    assertUserError(() -> Tokenizer.load(file), "is no SentencePiece model");
    Files.write(file, new byte[0]);
    assertUserError(() -> Tokenizer.load(file), "has no pieces");
    assertUserError(
        () -> SentencePieceModel.read(folder.resolve("none.model")), "cannot read the tokenizer");
  }

  @Test
  void refusesAUnigramModel() {
    assertUserError(() -> Tokenizer.load(Fixtures.path("unigram")), "SentencePiece Unigram model");
  }
}

package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.world.language.Corpus;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Tokenizer;
import io.llavasg.text.TokenizerFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePairTrainingTest {
  private static ObjectNode json;
  private static Tokenizer tokenizer;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    json = trained(300);
    tokenizer = Tokenizer.of(json, "trained");
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static ObjectNode trained(int texts) {
    BytePairTraining training = new BytePairTraining();
    Corpus corpus = new Corpus(3);
    for (int i = 0; i < texts; i++) {
      training.accept(PromptAssembler.PREAMBLE + corpus.text(i));
    }
    return training.model(1024).toTokenizerJson();
  }

  @Test
  void frequentWordsAreOneToken() {
    assertThat(tokenizer.encode("red")).hasSize(1);
    assertThat(tokenizer.encode("large")).hasSize(1);
    assertThat(tokenizer.encode("a large red")).hasSize(3);
    assertThat(tokenizer.encode(PromptAssembler.PREAMBLE.strip()).length)
        .isLessThan(2 + PromptAssembler.PREAMBLE.split("[ ',.]+").length + 6);
  }

  @Test
  void aWordAndTheMarkBehindItAreTwo() {
    int[] alone = tokenizer.encode("red");
    assertThat(tokenizer.encode("red,")).hasSize(2).startsWith(alone);
    assertThat(tokenizer.encode("red?")).hasSize(2).startsWith(alone);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "There is a red dog.",
        "What is it?\nA zebra – naïve 3.14159 {x} \"quoted\"",
        "请直接使用所提供的选项字母作为答案回答。",
        "🙂 tabs\tand\nlines",
        "  two  spaces "
      })
  void everyTextComesBack(String text) {
    int[] ids = tokenizer.encode(text);
    assertThat(tokenizer.decode(ids)).isEqualTo(text);
    assertThat(ids).doesNotContain(tokenizer.unk().orElseThrow());
  }

  @Test
  void idsAreLaidOutAsLlamas() {
    assertThat(tokenizer.requireId("<unk>")).isZero();
    assertThat(tokenizer.bos()).isEqualTo(1);
    assertThat(tokenizer.eos()).isEqualTo(2);
    assertThat(tokenizer.requireId("<0x0A>")).isEqualTo(13);
  }

  @Test
  void theSameTextsGiveTheSameTokenizer() {
    assertThat(trained(300)).isEqualTo(json);
  }

  @Test
  void itIsReadBackFromItsFiles() {
    TokenizerFiles.write(json, folder, folder);
    try (Tokenizer read = Tokenizer.load(folder)) {
      String text = "Is the red dog left of the cup?";
      assertThat(read.encode(text)).isEqualTo(tokenizer.encode(text));
      assertThat(read.vocabularySize()).isEqualTo(tokenizer.vocabularySize());
    }
  }
}

package io.llavasg.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"sentencepiece", "llama"})
  void encodesAsTheReferenceDoes(String name) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path(name))) {
      for (Fixtures.Case example : Fixtures.cases(name + "/cases.json")) {
        assertThat(tokenizer.encode(example.text())).as(example.text()).isEqualTo(example.ids());
      }
    }
  }

  @Test
  void decodesAsTheReferenceDoes() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      for (JsonNode example : Fixtures.json(Fixtures.path("llama/decode.json"))) {
        int[] ids = Fixtures.ints(example.path("ids"));
        assertThat(tokenizer.decode(ids))
            .as("%s", example)
            .isEqualTo(example.path("text").asText());
      }
    }
  }

  @Test
  void streamsWhatItDecodes() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      for (JsonNode example : Fixtures.json(Fixtures.path("llama/decode.json"))) {
        TokenStream stream = tokenizer.stream();
        StringBuilder text = new StringBuilder();
        for (int id : Fixtures.ints(example.path("ids"))) {
          text.append(stream.push(id));
        }
        text.append(stream.finish());
        assertThat(text.toString()).as("%s", example).isEqualTo(example.path("text").asText());
      }
    }
  }

  @Test
  void idsWithoutATokenLeaveTheStreamAsItWas() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      int dog = tokenizer.requireId("▁dog");
      int none = tokenizer.vocabularySize() + 5;
      TokenStream stream = tokenizer.stream();
      String text = stream.push(none) + stream.push(dog) + stream.push(none) + stream.push(dog);
      assertThat(text + stream.finish())
          .isEqualTo("dog dog")
          .isEqualTo(tokenizer.decode(none, dog, none, dog));
    }
  }

  @Test
  void streamGivesWordsAtOnceAndBytesWhenTheyEnd() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      TokenStream stream = tokenizer.stream();
      int dog = tokenizer.requireId("▁dog");
      assertThat(stream.push(dog)).isEqualTo("dog");
      assertThat(stream.push(dog)).isEqualTo(" dog");
      assertThat(stream.push(tokenizer.requireId("<0xC3>"))).isEmpty();
      assertThat(stream.push(tokenizer.eos())).isEmpty();
      assertThat(stream.push(tokenizer.requireId("<0xA9>"))).isEmpty();
      assertThat(stream.push(dog)).isEqualTo("é dog");
      assertThat(stream.push(tokenizer.requireId("<0xC3>"))).isEmpty();
      assertThat(stream.finish()).isEqualTo("\uFFFD");
    }
  }

  @Test
  void knowsItsTokens() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      int size = tokenizer.vocabularySize();
      assertThat(tokenizer.bos()).isEqualTo(1);
      assertThat(tokenizer.eos()).isEqualTo(2);
      assertThat(tokenizer.unk()).hasValue(0);
      assertThat(tokenizer.pad()).hasValue(size - 3);
      assertThat(tokenizer.id("<image>")).hasValue(size - 4);
      assertThat(tokenizer.id("<text>")).hasValue(size - 1);
      assertThat(tokenizer.id("<0x00>")).hasValue(3);
      assertThat(tokenizer.id("no such token")).isEmpty();
      assertThat(tokenizer.isSpecial(size - 1)).isTrue();
      assertThat(tokenizer.isSpecial(3)).isFalse();
      assertThat(IntStream.range(0, size).filter(tokenizer::isBytePiece).boxed())
          .containsExactlyElementsOf(IntStream.range(3, 259).boxed().toList());
    }
  }

  @Test
  void plainAddedTokensAreDecodedButNeverFound() throws IOException {
    ObjectNode json = TokenizerFiles.read(Fixtures.path("llama"));
    for (JsonNode token : json.path("added_tokens")) {
      if (token.path("content").asText().equals("<image>")) {
        ((ObjectNode) token).put("special", false);
      }
    }
    try (Tokenizer plain = Tokenizer.of(json, "test");
        Tokenizer special = Tokenizer.load(Fixtures.path("llama"))) {
      int image = plain.requireId("<image>");
      assertThat(plain.encode("a <image>")).isEqualTo(special.encode("a <image>"));
      assertThat(plain.decode(plain.requireId("a"), image)).isEqualTo("a<image>");
    }
  }

  @Test
  void theOrderOfFieldsDoesNotMatter() throws IOException {
    ObjectNode json = TokenizerFiles.read(Fixtures.path("llama"));
    ObjectNode reordered = json.objectNode();
    reordered.set("model", json.path("model"));
    json.properties().stream()
        .filter(e -> !e.getKey().equals("model"))
        .forEach(e -> reordered.set(e.getKey(), e.getValue()));
    reordered.putObject("truncation").put("max_length", 2).put("stride", 0);
    try (Tokenizer expected = Tokenizer.load(Fixtures.path("llama"));
        Tokenizer tokenizer = Tokenizer.of(reordered, "test")) {
      String text = "What is unusual about <image>?";
      assertThat(tokenizer.encode(text)).isEqualTo(expected.encode(text));
      assertThat(tokenizer.decode(1, 3, 2)).isEqualTo(expected.decode(1, 3, 2));
    }
  }

  @Test
  void addingSpecialTokensChangesNothingElse() {
    ObjectNode json = TokenizerFiles.read(Fixtures.path("sentencepiece"));
    int size = json.path("model").path("vocab").size();
    ObjectNode more =
        TokenizerJson.withSpecialTokens(
            json, Map.of("<image>", size, "<sg>", size + 2, "<pad>", size + 1));
    try (Tokenizer tokenizer = Tokenizer.of(more, "test")) {
      assertThat(tokenizer.requireId("<sg>")).isEqualTo(size + 2);
      assertThat(tokenizer.vocabularySize()).isEqualTo(size + 3);
      assertThat(tokenizer.decode(size, size + 1, size + 2)).isEmpty();
    }
    more.set("added_tokens", json.path("added_tokens"));
    assertThat(more).isEqualTo(json);
    assertThatExceptionOfType(LlavaSgException.class)
        .isThrownBy(() -> TokenizerJson.withSpecialTokens(json, Map.of("<sg>", 2)))
        .withMessageContaining("</s> has that id");
  }

  @Test
  void whatIsWrittenLoadsAlike() throws IOException {
    Path source = Fixtures.path("sentencepiece");
    TokenizerFiles.write(TokenizerFiles.read(source), source, folder);
    assertThat(Fixtures.json(folder.resolve("tokenizer_config.json")).has("pad_token")).isFalse();
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      for (Fixtures.Case example : Fixtures.cases("sentencepiece/cases.json")) {
        assertThat(tokenizer.encode(example.text())).as(example.text()).isEqualTo(example.ids());
      }
    }
  }

  @Test
  void readsTokensBesideTheModel() throws IOException {
    Files.copy(Fixtures.path("sentencepiece/tokenizer.model"), folder.resolve("tokenizer.model"));
    Files.writeString(folder.resolve("added_tokens.json"), "{\"<image>\": 5000}");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"eos_token": {"content": "<end>"},
         "added_tokens_decoder": {"2": {"content": "</s>"}, "5001": {"content": "<end>"}}}
        """);
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(tokenizer.requireId("<image>")).isEqualTo(5000);
      assertThat(tokenizer.eos()).isEqualTo(5001);
      assertThat(tokenizer.vocabularySize()).isEqualTo(5002);
    }
  }

  @Test
  void unpairedSurrogatesBecomeReplacementCharacters() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      assertThat(tokenizer.encode("a\uD83D b \uDE00"))
          .isEqualTo(tokenizer.encode("a\uFFFD b \uFFFD"));
      assertThat(tokenizer.encode("\uD83D\uDE80")).isNotEqualTo(tokenizer.encode("\uFFFD"));
    }
  }

  @Test
  void longTextsAreFast() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      String text = "the dog is next to the car. ".repeat(4000);
      int[] ids = Assertions.assertTimeout(Duration.ofSeconds(2), () -> tokenizer.encode(text));
      assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }
  }

  @Test
  void severalThreadsMayShareATokenizer() throws IOException {
    List<Fixtures.Case> cases = Fixtures.cases("llama/cases.json");
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      assertThat(
              IntStream.range(0, 4000)
                  .parallel()
                  .mapToObj(i -> cases.get(i % cases.size()))
                  .filter(c -> !Arrays.equals(tokenizer.encode(c.text()), c.ids())))
          .isEmpty();
    }
  }

  @Test
  void aClosedTokenizerSaysSo() {
    Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"));
    tokenizer.close();
    tokenizer.close();
    assertThatIllegalStateException().isThrownBy(() -> tokenizer.encode("a"));
  }

  @Test
  void decodeRefusesNegativeIds() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("llama"))) {
      assertUserError(() -> tokenizer.decode(3, -1), "-1 is no token id");
    }
  }

  @Test
  void aMissingTokenIsNamed() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.path("sentencepiece"))) {
      assertUserError(() -> tokenizer.requireId("<image>"), "has no token <image>");
    }
  }

  @Test
  void refusesAFolderWithoutTokenizer() {
    assertUserError(() -> Tokenizer.load(folder), "has no tokenizer");
    assertUserError(() -> TokenizerFiles.read(folder), "has no tokenizer");
    assertUserError(() -> Tokenizer.load(folder.resolve("nowhere")), "there is no tokenizer at");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|holds no JSON object",
        "no json|is not JSON",
        "[]|holds no JSON object",
        "{}|no model with a vocabulary",
        "{\"model\": {\"type\": \"BPE\", \"merges\": []}}|no model with a vocabulary",
        "{\"model\": {\"type\": \"Unigram\", \"vocab\": []}}|Unigram tokenizer",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 1}|is not JSON, or it is cut off",
        "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 1}}}|no usable tokenizer.json",
        "{\"added_tokens\": [{\"id\": 1}]}|without id or content",
      })
  void refusesABrokenTokenizerJson(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), content);
    assertUserError(() -> Tokenizer.load(file), message);
    assertUserError(() -> Tokenizer.load(file), file.toString());
  }

  @Test
  void refusesATruncatedTokenizerJson() throws IOException {
    String whole = Files.readString(Fixtures.path("llama/tokenizer.json"));
    Path file = folder.resolve("tokenizer.json");
    for (int length : new int[] {10, 700, whole.length() / 2, whole.stripTrailing().length() - 1}) {
      Files.writeString(file, whole.substring(0, length));
      assertUserError(() -> Tokenizer.load(file), file.toString());
    }
  }

  @Test
  void refusesABrokenConfig() throws IOException {
    Files.copy(Fixtures.path("llama/tokenizer.json"), folder.resolve("tokenizer.json"));
    Path config = Files.writeString(folder.resolve("tokenizer_config.json"), "{\"a\":");
    assertUserError(() -> Tokenizer.load(folder), config + " is not JSON");
    Files.writeString(config, "{}");
    Path added = Files.writeString(folder.resolve("added_tokens.json"), "{\"<a>\": \"x\"}");
    assertUserError(() -> Tokenizer.load(folder), added + " holds a token id that is no number");
  }

  static void assertUserError(Runnable action, String message) {
    assertThatExceptionOfType(LlavaSgException.class)
        .isThrownBy(action::run)
        .withMessageContaining(message)
        .matches(e -> e.fault() == LlavaSgException.Fault.USER)
        .matches(e -> !String.valueOf(e.getMessage()).contains("\n"));
  }
}

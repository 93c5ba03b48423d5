package io.llavasg.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.text.Prompt.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Published token ids and golden prompts of real tokenizers, where they are at hand. */
class PublishedCasesTest {
  private static final Path DATA = Fixtures.SHARED.resolve("data/tokenizers");
  private static final Path GOLDENS = Fixtures.SHARED.resolve("goldens");

  @BeforeAll
  static void find() {
    assumeTrue(Files.isDirectory(DATA));
  }

  @Test
  void llama() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(DATA.resolve("llama-tokenizer.model"))) {
      assertCases(tokenizer, "llama-spm");
    }
  }

  /** The goldens' tokenizer.json adds no prefix space to a text that starts with a space. */
  @Test
  void llamaThroughTokenizerJson() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(GOLDENS.resolve("llava-a"))) {
      List<Fixtures.Case> cases = Fixtures.published("llama-spm");
      cases.removeIf(example -> example.text().startsWith(" "));
      assertCases(tokenizer, cases);
    }
  }

  @Test
  void bert() throws IOException {
    try (Tokenizer fromText = Tokenizer.load(DATA.resolve("bert-base-uncased-vocab.txt"));
        Tokenizer fromJson = Tokenizer.load(GOLDENS.resolve("perception-a/grounding-dino"))) {
      assertCases(fromText, "bert-bge");
      assertCases(fromJson, "bert-bge");
    }
  }

  @Test
  void answers() throws IOException {
    for (String name : List.of("llava-a", "llava-sg-a")) {
      try (Tokenizer tokenizer = Tokenizer.load(GOLDENS.resolve(name))) {
        for (JsonNode result :
            Fixtures.json(GOLDENS.resolve(name + "/expected.json")).path("results")) {
          int[] ids = Fixtures.ints(result.path("generated_ids"));
          String answer = result.path("answer").asText();
          assertThat(tokenizer.decode(ids)).isEqualTo(answer);
          TokenStream stream = tokenizer.stream();
          StringBuilder streamed = new StringBuilder();
          for (int id : ids) {
            streamed.append(stream.push(id));
          }
          assertThat(streamed.append(stream.finish()).toString()).isEqualTo(answer);
        }
      }
    }
  }

  @Test
  void prompts() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(GOLDENS.resolve("llava-a"))) {
      PromptAssembler assembler = new PromptAssembler(tokenizer, ConversationTemplate.VICUNA_V1);
      int image = tokenizer.requireId("<image>");
      for (JsonNode result :
          Fixtures.json(GOLDENS.resolve("llava-a/expected.json")).path("results")) {
        Prompt prompt =
            assembler.assemble(Conversation.aboutImage(result.path("question").asText()));
        List<Integer> ids = new ArrayList<>();
        for (Prompt.Segment segment : prompt.segments()) {
          int[] part = segment instanceof Text text ? text.ids() : new int[16];
          for (int id : part) {
            ids.add(segment instanceof Text ? id : image);
          }
        }
        assertThat(ids).isEqualTo(boxed(Fixtures.ints(result.path("input_ids"))));
      }
    }
  }

  @Test
  void secondTurn() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(GOLDENS.resolve("llava-sg-a"))) {
      PromptAssembler assembler = new PromptAssembler(tokenizer, ConversationTemplate.VICUNA_V1);
      String second =
          "How many people are there?\nAnswer the question using a single word or phrase.";
      Prompt prompt =
          assembler.assemble(
              Conversation.aboutImage("What is unusual about this image?")
                  .then("A red car.", second));
      JsonNode results = Fixtures.json(GOLDENS.resolve("llava-sg-a/expected.json")).path("results");
      int graphAndImage = 16 + 4 + 2;
      assertThat(prompt.textLength() + graphAndImage)
          .isEqualTo(results.get(8).path("prompt_token_count").asInt());
    }
  }

  private static List<Integer> boxed(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  private static void assertCases(Tokenizer tokenizer, String name) throws IOException {
    List<Fixtures.Case> cases = Fixtures.published(name);
    assertThat(cases).hasSizeGreaterThan(40);
    assertCases(tokenizer, cases);
  }

  private static void assertCases(Tokenizer tokenizer, List<Fixtures.Case> cases) {
    assertThat(cases).hasSizeGreaterThan(30);
    for (Fixtures.Case example : cases) {
      assertThat(tokenizer.encode(example.text())).as(example.text()).isEqualTo(example.ids());
    }
  }
}

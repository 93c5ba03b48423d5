package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Prompt;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Tokenizer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A conversation that goes on from what the cache holds answers as one that is read afresh. */
class ChatTest {

  private static final String LLAVA_SG = "tiny-llava-sg";
  private static final String SECOND = "And what is behind it?";
  private static final String THIRD = "How many balls are there?";
  private static LlavaSg model;

  @BeforeAll
  static void load() {
    model = LlavaSg.load(ExpectedCase.fixture(LLAVA_SG));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /**
   * A model of random weights mostly writes what would be tokenised otherwise if read again; the
   * answers that are compared are those that read as the same tokens.
   */
  @Test
  void laterTurnsAnswerAsIfReadAfresh() {
    int compared = 0;
    int newTokens = 1;
    try (Tokenizer tokenizer = Tokenizer.load(ExpectedCase.fixture(LLAVA_SG))) {
      PromptAssembler assembler = new PromptAssembler(tokenizer, ConversationTemplate.VICUNA_V1);
      for (ExpectedCase expected : ExpectedCase.of(LLAVA_SG)) {
        if (!expected.isSingleTurn()) {
          continue;
        }
        Question first =
            expected.question().with(GenerationConfig.GREEDY.withMaxNewTokens(newTokens));
        newTokens = newTokens % 3 + 1;
        try (Chat chat = model.chat(first)) {
          Answer begun = chat.begin();
          Answer second = chat.ask(SECOND);
          Answer third = chat.ask(THIRD);
          Question afresh = first.then(begun.text(), SECOND);
          if (readsAs(assembler, first, begun, SECOND, afresh)) {
            assertSame(second, model.ask(afresh));
            compared++;
            Question last = afresh.then(second.text(), THIRD);
            if (readsAs(assembler, afresh, second, THIRD, last)) {
              assertSame(third, model.ask(last));
              compared++;
            }
          }
        }
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(4);
  }

  /** Whether {@code next}, tokenised afresh, is the question before, its answer, and the rest. */
  private static boolean readsAs(
      PromptAssembler assembler, Question before, Answer answer, String text, Question next) {
    IntStream kept =
        IntStream.concat(
            IntStream.concat(
                Arrays.stream(lastIds(assembler, before)), Arrays.stream(answer.tokenIds())),
            Arrays.stream(assembler.continuation(text)));
    return Arrays.equals(kept.toArray(), lastIds(assembler, next));
  }

  /** Token ids behind the image. */
  private static int[] lastIds(PromptAssembler assembler, Question question) {
    Prompt prompt = assembler.assemble(question.conversation());
    return ((Prompt.Text) prompt.segments().getLast()).ids();
  }

  private static void assertSame(Answer continued, Answer afresh) {
    assertThat(continued.promptTokens()).isEqualTo(afresh.promptTokens());
    assertThat(continued.tokenIds()).isEqualTo(afresh.tokenIds());
    assertThat(continued.firstLogits()).containsExactly(afresh.firstLogits(), Offset.offset(1e-4f));
  }
}

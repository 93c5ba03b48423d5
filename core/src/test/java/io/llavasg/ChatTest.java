package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A conversation that goes on from what the cache holds answers as one that is read afresh. */
class ChatTest {

  private static final String LLAVA_SG = "tiny-llava-sg";
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
   * A model of random weights mostly writes what would be tokenised otherwise if read again. Short
   * answers of these cases are the same tokens either way, which the equal lengths prove.
   */
  @Test
  void laterTurnsAnswerAsIfReadAfresh() {
    int compared = 0;
    for (ExpectedCase expected : ExpectedCase.of(LLAVA_SG)) {
      Question first = expected.question().with(GenerationConfig.GREEDY.withMaxNewTokens(2));
      if (!expected.isSingleTurn()) {
        continue;
      }
      try (Chat chat = model.chat(first)) {
        String begun = chat.begin().text();
        Answer second = chat.ask("And what is behind it?");
        Answer third = chat.ask("How many balls are there?");
        Question afresh = first.then(begun, "And what is behind it?");
        compared += compare(second, model.ask(afresh));
        compared +=
            compare(third, model.ask(afresh.then(second.text(), "How many balls are there?")));
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(4);
  }

  /** 1 if both prompts are of one length: then they are of the same tokens, and so the answers. */
  private static int compare(Answer continued, Answer afresh) {
    if (continued.promptTokens() != afresh.promptTokens()) {
      return 0;
    }
    assertThat(continued.tokenIds()).isEqualTo(afresh.tokenIds());
    assertThat(continued.firstLogits()).containsExactly(afresh.firstLogits(), Offset.offset(1e-4f));
    return 1;
  }
}

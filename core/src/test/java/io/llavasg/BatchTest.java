package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions asked together: whatever the batch, each gets the answer that it gets alone. */
class BatchTest {

  private static final String LLAVA_SG = "tiny-llava-sg";
  private static LlavaSg model;

  @BeforeAll
  static void load() {
    model = LlavaSg.load(ExpectedCase.fixture(LLAVA_SG), ExpectedCase.OPTIONS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /**
   * All cases, shuffled, so that every batch mixes images, lengths, entity counts and baselines.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 22})
  void answersOfABatchAreTheReferences(int size) {
    List<ExpectedCase> cases = new ArrayList<>(ExpectedCase.of(LLAVA_SG));
    Collections.shuffle(cases, new Random(size));
    for (int from = 0; from < cases.size(); from += size) {
      List<ExpectedCase> batch = cases.subList(from, Math.min(from + size, cases.size()));
      List<Answer> answers = model.askAll(batch.stream().map(ExpectedCase::question).toList());
      assertThat(answers).hasSameSizeAs(batch);
      for (int i = 0; i < answers.size(); i++) {
        batch.get(i).assertAnswered(answers.get(i));
      }
    }
  }

  @Test
  void eachRowStopsAtItsOwnLength() {
    List<ExpectedCase> cases = ExpectedCase.of(LLAVA_SG);
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      questions.add(cases.get(i).question().with(GenerationConfig.GREEDY.withMaxNewTokens(1 + i)));
    }
    List<Answer> answers = model.askAll(questions);
    for (int i = 0; i < cases.size(); i++) {
      int[] all = cases.get(i).generatedIds();
      assertThat(answers.get(i).tokenIds())
          .as(cases.get(i).id())
          .isEqualTo(Arrays.copyOf(all, Math.min(all.length, 1 + i)));
    }
  }

  @Test
  void aRowThatEndsEarlyLeavesTheOthersAlone() {
    ExpectedCase ending = ExpectedCase.of(LLAVA_SG, "wide-none");
    ExpectedCase going = ExpectedCase.of(LLAVA_SG, "turned-long");
    assertThat(ending.endsByItself()).isTrue();
    assertThat(going.endsByItself()).isFalse();
    List<Answer> answers =
        model.askAll(List.of(ending.question(), going.question(), ending.question()));
    ending.assertAnswered(answers.get(0));
    going.assertAnswered(answers.get(1));
    ending.assertAnswered(answers.get(2));
  }

  @Test
  void rowsDrawAsTheyDoAlone() {
    List<Question> questions = new ArrayList<>();
    for (ExpectedCase expected : ExpectedCase.of(LLAVA_SG)) {
      questions.add(
          expected.question().with(new GenerationConfig(12, 0.8, 0.95, questions.size())));
    }
    List<Answer> together = model.askAll(questions);
    for (int i = 0; i < questions.size(); i++) {
      assertThat(together.get(i).tokenIds()).isEqualTo(model.ask(questions.get(i)).tokenIds());
    }
  }

  @Test
  void eachRowStreamsItsOwnText() {
    List<ExpectedCase> cases = ExpectedCase.of(LLAVA_SG).subList(0, 5);
    List<StringBuilder> heard = cases.stream().map(expected -> new StringBuilder()).toList();
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      questions.add(cases.get(i).question().streamingTo(heard.get(i)::append));
    }
    List<Answer> answers = model.askAll(questions);
    for (int i = 0; i < cases.size(); i++) {
      assertThat(heard.get(i)).hasToString(answers.get(i).text());
    }
  }

  @Test
  void anEmptyBatchHasNoAnswers() {
    assertThat(model.askAll(List.of())).isEmpty();
  }

  @Test
  void aBatchWithAQuestionTooLongIsRefused() {
    Question question = ExpectedCase.of(LLAVA_SG, "wide-baseline").question();
    Question tooLong = Question.about(question.image(), "sky ".repeat(2048)).withoutSceneGraph();
    assertThatThrownBy(() -> model.askAll(List.of(question, tooLong)))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("the question is too long")
        .hasMessageContaining("2048");
    ExpectedCase.of(LLAVA_SG, "wide-baseline").assertAnswered(model.ask(question));
  }
}

package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an answer's tokens are chosen, when it ends, and how it is handed on. */
class GenerationTest {

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

  private static List<Integer> ask(Question question, GenerationConfig generation) {
    return ids(model.ask(question.with(generation)));
  }

  private static List<Integer> ids(Answer answer) {
    List<Integer> ids = new ArrayList<>();
    for (int id : answer.tokenIds()) {
      ids.add(id);
    }
    return ids;
  }

  private static Question question(String id) {
    return ExpectedCase.of(LLAVA_SG, id).question();
  }

  @Test
  void piecesAddUpToTheAnswer() {
    for (ExpectedCase expected : ExpectedCase.of(LLAVA_SG)) {
      List<String> pieces = new ArrayList<>();
      Answer answer = model.ask(expected.question().streamingTo(pieces::add));
      assertThat(String.join("", pieces)).isEqualTo(answer.text());
      assertThat(pieces).doesNotContain("").hasSizeLessThanOrEqualTo(answer.tokenIds().length + 1);
    }
  }

  @Test
  void textComesBeforeTheAnswerIsWhole() {
    List<String> pieces = new ArrayList<>();
    model.ask(question("turned-long").streamingTo(pieces::add));
    assertThat(pieces).hasSizeGreaterThan(8);
  }

  @Test
  void theSeedDecidesTheDraws() {
    Question question = question("wide-two");
    GenerationConfig first = new GenerationConfig(24, 1, 1, 1);
    assertThat(ask(question, first)).isEqualTo(ask(question, first));
    Set<List<Integer>> answers = new HashSet<>();
    for (long seed = 0; seed < 8; seed++) {
      answers.add(ask(question, new GenerationConfig(24, 1, 1, seed)));
    }
    assertThat(answers).hasSize(8);
  }

  @Test
  void theSmallestNucleusAndTheLowestTemperatureAreGreedy() {
    Question question = question("wide-two");
    List<Integer> greedy = ids(model.ask(question));
    assertThat(ask(question, new GenerationConfig(24, 1, 1e-9, 3))).isEqualTo(greedy);
    assertThat(ask(question, new GenerationConfig(24, 1e-6, 1, 3))).isEqualTo(greedy);
  }

  @Test
  void theEndTokenEndsAnAnswerAndIsNoPartOfIt() {
    ExpectedCase ending = ExpectedCase.of(LLAVA_SG, "tall-one-pixel");
    assertThat(ending.endsByItself()).isTrue();
    Answer answer = model.ask(ending.question().with(GenerationConfig.GREEDY));
    ending.assertAnswered(answer);
    assertThat(answer.tokenIds()).doesNotContain(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 23})
  void anAnswerHasAtMostSoManyTokens(int most) {
    ExpectedCase going = ExpectedCase.of(LLAVA_SG, "wide-two");
    List<Integer> expected = ids(model.ask(going.question()));
    assertThat(ask(going.question(), GenerationConfig.GREEDY.withMaxNewTokens(most)))
        .isEqualTo(expected.subList(0, most));
  }

  @Test
  void anAnswerEndsWhereTheContextDoes() {
    Question question = question("wide-baseline");
    Question filling = Question.about(question.image(), "a".repeat(1940)).withoutSceneGraph();
    int prompt =
        model.ask(filling.with(GenerationConfig.GREEDY.withMaxNewTokens(1))).promptTokens();
    assertThat(prompt).isBetween(2020, 2047);
    Answer answer = model.ask(filling.with(new GenerationConfig(2000, 1, 1, 5)));
    assertThat(answer.tokenIds().length).isLessThanOrEqualTo(2048 - prompt);
  }

  @Test
  void aQuestionWithoutRoomForAnAnswerIsTooLong() {
    Question question = question("wide-baseline");
    Question tooLong = Question.about(question.image(), "sky ".repeat(3000)).withoutSceneGraph();
    assertThatThrownBy(() -> model.ask(tooLong))
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER))
        .hasMessageContaining("the question is too long")
        .hasMessageContaining("2048");
  }
}

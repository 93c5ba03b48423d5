package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.checkpoint.Precision;
import io.llavasg.generate.Answer;
import io.llavasg.generate.Question;
import io.llavasg.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From a checkpoint, an image and a question to the answer that the reference gives. */
class LlavaSgTest {

  private static final String LLAVA_SG = "tiny-llava-sg";

  /** Each checkpoint, with the folder of its expected answers. */
  private static final Map<String, String> CHECKPOINTS =
      Map.of(
          LLAVA_SG,
          LLAVA_SG,
          "tiny-llava-hf-f16",
          "tiny-llava-hf-f16",
          "tiny-llava-hf-bf16",
          "tiny-llava-hf-bf16",
          "tiny-llava-original",
          "tiny-llava-hf-f16",
          "tiny-llava-original-tower",
          "tiny-llava-hf-f16");

  private static final Map<String, LlavaSg> MODELS = new LinkedHashMap<>();

  @BeforeAll
  static void loadAll() {
    LoadOptions options =
        ExpectedCase.OPTIONS
            .withPrecision(Precision.of(DType.F32))
            .withVisionTower(ExpectedCase.fixture("tiny-clip"));
    for (String name : CHECKPOINTS.keySet()) {
      MODELS.put(name, LlavaSg.load(ExpectedCase.fixture(name), options));
    }
  }

  @AfterAll
  static void closeAll() {
    MODELS.values().forEach(LlavaSg::close);
    MODELS.clear();
  }

  private static LlavaSg model(String name) {
    return Objects.requireNonNull(MODELS.get(name));
  }

  static Stream<Arguments> cases() {
    return CHECKPOINTS.entrySet().stream()
        .flatMap(
            entry ->
                ExpectedCase.of(entry.getValue()).stream()
                    .map(expected -> Arguments.of(entry.getKey(), expected)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsTheReferenceDoes(String checkpoint, ExpectedCase expected) {
    expected.assertAnswered(model(checkpoint).ask(expected.question()));
  }

  @Test
  void everyFixtureHasItsCases() {
    assertThat(ExpectedCase.of(LLAVA_SG)).hasSize(22);
    assertThat(ExpectedCase.of("tiny-llava-hf-f16")).hasSize(5);
    assertThat(ExpectedCase.of("tiny-llava-hf-bf16")).hasSize(5);
  }

  @Test
  void threeLinesOfJavaAnswerAQuestion() {
    Path path = ExpectedCase.fixture("tiny-llava-hf-bf16");
    Path image = ExpectedCase.fixture("pictures/wide.png");
    try (var model = LlavaSg.load(path)) {
      var answer = model.ask(image, "What is in the picture?");
      assertThat(answer.text()).isNotEmpty();
      assertThat(answer.promptTokens()).isEqualTo(90);
    }
  }

  @Test
  void virtualThreadsMayAskAtOnce() throws Exception {
    List<ExpectedCase> cases = ExpectedCase.of(LLAVA_SG);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = new ArrayList<>();
      for (ExpectedCase expected : cases) {
        answers.add(threads.submit(() -> model(LLAVA_SG).ask(expected.question())));
      }
      for (int i = 0; i < cases.size(); i++) {
        cases.get(i).assertAnswered(answers.get(i).get());
      }
    }
  }

  @Test
  void anAnswerInTheMakingCannotCloseItsModel() {
    Question question = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    LlavaSg own = LlavaSg.load(ExpectedCase.fixture(LLAVA_SG), ExpectedCase.OPTIONS);
    assertThatThrownBy(() -> own.ask(question.streamingTo(piece -> own.close())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nor closed");
    own.close(); // frees all the same, or the check for leaks fails
    assertThatThrownBy(() -> own.ask(question)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anAnswerInTheMakingCannotAskAgain() {
    LlavaSg model = model(LLAVA_SG);
    Question question = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    assertThatThrownBy(() -> model.ask(question.streamingTo(piece -> model.ask(question))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a model cannot be asked from within its own answer");
    ExpectedCase.of(LLAVA_SG, "wide-two").assertAnswered(model.ask(question));
  }

  @Test
  void aListenersFailureReachesTheCallerAndLeavesTheModelUsable() {
    LlavaSg model = model(LLAVA_SG);
    Question question = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    assertThatThrownBy(
            () ->
                model.ask(
                    question.streamingTo(
                        piece -> {
                          throw new UnsupportedOperationException("no reader");
                        })))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("no reader");
    ExpectedCase.of(LLAVA_SG, "wide-two").assertAnswered(model.ask(question));
  }

  @Test
  void aClosedModelSaysSo() {
    LlavaSg model = LlavaSg.load(ExpectedCase.fixture(LLAVA_SG));
    Question question = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    Chat chat = model.chat(question);
    model.close();
    model.close();
    assertThatThrownBy(() -> model.ask(question))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this model is closed");
    assertThatThrownBy(chat::begin)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this model is closed");
    chat.close();
  }

  @Test
  void entitiesThatCannotBecomeNodesAreWarnings() {
    assertThat(warnings("odd-empty-mask"))
        .singleElement()
        .asString()
        .contains("no pixel")
        .doesNotContain("\n");
    assertThat(warnings("wide-too-many")).anyMatch(line -> line.contains("the model's 6"));
    assertThat(warnings("wide-two")).isEmpty();
  }

  private static List<String> warnings(String id) {
    return model(LLAVA_SG).ask(ExpectedCase.of(LLAVA_SG, id).question()).warnings();
  }

  @Test
  void aSceneGraphModelAsksForEntities() {
    Question question = ExpectedCase.of(LLAVA_SG, "wide-baseline").question();
    assertThatThrownBy(
            () -> model(LLAVA_SG).ask(Question.about(question.image(), "What is in the picture?")))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("entities")
        .hasMessageContaining("without a scene graph");
  }
}

package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.text.Conversation;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Prompt;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    model = LlavaSg.load(ExpectedCase.fixture(LLAVA_SG), ExpectedCase.OPTIONS);
    tokenizer = Tokenizer.load(ExpectedCase.fixture(LLAVA_SG));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    model.close();
  }

  /**
   * A model of random weights mostly writes tokens that its text would not be split into again.
   * Only answers that would are compared, and enough of them have to be.
   */
  @Test
  void laterTurnsAnswerAsIfReadAfresh() {
    List<Question> questions =
        Stream.of("wide-two", "odd-chinese", "wide-baseline")
            .map(id -> ExpectedCase.of(LLAVA_SG, id).question())
            .toList();
    int seconds = 0;
    int thirds = 0;
    for (int seed = 0; seed < 300; seed++) {
      GenerationConfig generation = new GenerationConfig(1 + seed % 2, 1, 1, seed);
      Question first = questions.get(seed % 3).with(generation);
      try (Chat chat = model.chat(first)) {
        Answer begun = chat.begin();
        Question second = first.then(begun.text(), SECOND);
        if (!isReadAgainAs(first, begun, second, SECOND)) {
          continue;
        }
        seconds++;
        Answer continued = chat.ask(SECOND);
        assertSame(continued, model.ask(second));
        Question third = second.then(continued.text(), THIRD);
        if (isReadAgainAs(second, continued, third, THIRD)) {
          thirds++;
          assertSame(chat.ask(THIRD), model.ask(third));
        }
      }
    }
    assertThat(seconds).isGreaterThanOrEqualTo(10);
    assertThat(thirds).isGreaterThanOrEqualTo(1);
  }

  /** Whether the longer conversation has the ids of the shorter one, its answer and the rest. */
  private static boolean isReadAgainAs(
      Question question, Answer answer, Question longer, String next) {
    PromptAssembler assembler = new PromptAssembler(tokenizer, ConversationTemplate.VICUNA_V1);
    int[] asked = ids(assembler, question.conversation());
    int[] expected = joined(joined(asked, answer.tokenIds()), assembler.continuation(next));
    return Arrays.equals(expected, ids(assembler, longer.conversation()));
  }

  private static int[] ids(PromptAssembler assembler, Conversation conversation) {
    return assembler.assemble(conversation).segments().stream()
        .filter(Prompt.Text.class::isInstance)
        .flatMapToInt(segment -> IntStream.of(((Prompt.Text) segment).ids()))
        .toArray();
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  private static void assertSame(Answer continued, Answer afresh) {
    assertThat(continued.promptTokens()).isEqualTo(afresh.promptTokens());
    assertThat(continued.tokenIds()).isEqualTo(afresh.tokenIds());
    assertThat(continued.text()).isEqualTo(afresh.text());
    assertThat(continued.firstLogits()).containsExactly(afresh.firstLogits(), Offset.offset(1e-4f));
  }

  @Test
  void theFirstTurnIsAnOrdinaryAnswer() {
    ExpectedCase expected = ExpectedCase.of(LLAVA_SG, "wide-two");
    try (Chat chat = model.chat(expected.question())) {
      expected.assertAnswered(chat.begin());
    }
  }

  @Test
  void aQuestionTooLongLeavesTheChatAsItWas() {
    Question first = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    try (Chat undisturbed = model.chat(first);
        Chat disturbed = model.chat(first)) {
      undisturbed.begin();
      disturbed.begin();
      assertThatThrownBy(() -> disturbed.ask("sky ".repeat(3000)))
          .isInstanceOfSatisfying(
              LlavaSgException.class,
              e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER))
          .hasMessageContaining("the conversation is full");
      Answer answer = disturbed.ask(SECOND);
      Answer expected = undisturbed.ask(SECOND);
      assertThat(answer.tokenIds()).isEqualTo(expected.tokenIds());
      assertThat(answer.firstLogits()).isEqualTo(expected.firstLogits());
    }
  }

  @Test
  void aTurnThatFailsMidwayLeavesTheChatAsItWas() {
    Question first = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    AtomicBoolean failing = new AtomicBoolean();
    Question disturbed =
        first.streamingTo(
            piece -> {
              if (failing.getAndSet(false)) {
                throw new IllegalStateException("client gone");
              }
            });
    try (Chat expected = model.chat(first);
        Chat chat = model.chat(disturbed)) {
      failing.set(true);
      assertThatThrownBy(chat::begin).hasMessage("client gone");
      assertThat(chat.begin().tokenIds()).isEqualTo(expected.begin().tokenIds());
      failing.set(true);
      assertThatThrownBy(() -> chat.ask(SECOND)).hasMessage("client gone");
      Answer again = chat.ask(SECOND);
      Answer answer = expected.ask(SECOND);
      assertThat(again.promptTokens()).isEqualTo(answer.promptTokens());
      assertThat(again.tokenIds()).isEqualTo(answer.tokenIds());
      assertThat(again.timings().vision()).isZero();
    }
  }

  @Test
  void anInterruptedAnswerEndsAndLeavesNothing() throws Exception {
    Question asked = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    AtomicInteger pieces = new AtomicInteger();
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              Thread caller = Thread.currentThread();
              try (LlavaSg own =
                      LlavaSg.load(ExpectedCase.fixture(LLAVA_SG), ExpectedCase.OPTIONS);
                  Chat chat = own.chat(asked)) {
                chat.begin();
                Question endless =
                    asked
                        .with(new GenerationConfig(100_000, 1, 1, 1))
                        .streamingTo(
                            piece -> {
                              if (pieces.incrementAndGet() == 2) {
                                caller.interrupt();
                              }
                            });
                own.ask(endless);
              } catch (LlavaSgException e) {
                failure.complete(e);
              }
            });
    assertThat(failure.get(2, TimeUnit.MINUTES)).hasMessageContaining("interrupted");
    int handed = pieces.get();
    Thread.sleep(200);
    assertThat(pieces.get()).isEqualTo(handed);
  }

  @Test
  void severalChatsMayTakeTurns() {
    Question one = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    Question other = ExpectedCase.of(LLAVA_SG, "odd-chinese").question();
    Answer alone;
    try (Chat chat = model.chat(one)) {
      chat.begin();
      alone = chat.ask(SECOND);
    }
    try (Chat chat = model.chat(one);
        Chat second = model.chat(other)) {
      chat.begin();
      second.begin();
      assertThat(chat.ask(SECOND).tokenIds()).isEqualTo(alone.tokenIds());
      assertThat(second.ask(SECOND).promptTokens()).isGreaterThan(100);
    }
  }

  @Test
  void aChatIsBegunOnceAndAskedAfterwards() {
    Question first = ExpectedCase.of(LLAVA_SG, "wide-two").question();
    try (Chat chat = model.chat(first)) {
      assertThatThrownBy(() -> chat.ask(SECOND)).isInstanceOf(IllegalStateException.class);
      chat.begin();
      assertThatThrownBy(chat::begin).isInstanceOf(IllegalStateException.class);
      chat.close();
      assertThatThrownBy(() -> chat.ask(SECOND)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aFailedBeginningCanBeTriedAgain() {
    Question tooLong =
        Question.about(
                ExpectedCase.of(LLAVA_SG, "wide-two").question().image(), "sky ".repeat(3000))
            .withoutSceneGraph();
    try (Chat chat = model.chat(tooLong)) {
      assertThatThrownBy(chat::begin).isInstanceOf(LlavaSgException.class);
      assertThatThrownBy(chat::begin).isInstanceOf(LlavaSgException.class);
    }
  }
}

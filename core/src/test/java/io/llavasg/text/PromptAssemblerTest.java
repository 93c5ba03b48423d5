package io.llavasg.text;

import static io.llavasg.text.TokenizerTest.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.text.Prompt.Image;
import io.llavasg.text.Prompt.Segment;
import io.llavasg.text.Prompt.Span;
import io.llavasg.text.Prompt.Text;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PromptAssemblerTest {
  private static final Tokenizer TOKENIZER = Tokenizer.load(Fixtures.path("llama"));
  private static final PromptAssembler VICUNA =
      new PromptAssembler(TOKENIZER, ConversationTemplate.VICUNA_V1);
  private static final PromptAssembler PLAIN =
      new PromptAssembler(TOKENIZER, ConversationTemplate.PLAIN);

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  @Test
  void writesWhatTheReferenceTokenises() throws IOException {
    JsonNode expected = Fixtures.json(Fixtures.path("llama/prompts.json"));
    Conversation one = Conversation.aboutImage("What is it?");
    Conversation two = one.then("A red car.", "How many?");
    Conversation three = two.then("Two.", "Sure?").answered("Yes.");
    assertThat(ids(VICUNA.assemble(one))).isEqualTo(Fixtures.ints(expected.path("one")));
    assertThat(ids(VICUNA.assemble(two))).isEqualTo(Fixtures.ints(expected.path("two")));
    assertThat(ids(VICUNA.assemble(three))).isEqualTo(Fixtures.ints(expected.path("three")));
    assertThat(ids(VICUNA.assemble(Conversation.ofUser("Hello").then("Hi.", "Why?"))))
        .isEqualTo(Fixtures.ints(expected.path("text")));
    assertThat(ids(PLAIN.assemble(caption("a dog is next to the red car"))))
        .isEqualTo(Fixtures.ints(expected.path("plain")));
  }

  @Test
  void goesOnWhereAnAnswerEnds() {
    Conversation one = Conversation.aboutImage("What is it?");
    int[] first = ids(VICUNA.assemble(one));
    int[] whole = ids(VICUNA.assemble(one.then("A red car.", "How many?")));
    int[] answer = TOKENIZER.encode("A red car.");
    int[] joined =
        Stream.of(first, answer, VICUNA.continuation("How many?"))
            .flatMapToInt(IntStream::of)
            .toArray();
    assertThat(joined).isEqualTo(whole);
    assertThat(VICUNA.continuation("How many?")[0]).isEqualTo(TOKENIZER.eos());
  }

  @Test
  void marksWhatTheAssistantSays() {
    Prompt prompt =
        VICUNA.assemble(
            Conversation.aboutImage("What is it?")
                .then("A red car.", "How many?")
                .answered("Two."));
    assertThat(prompt.segments()).hasSize(3);
    assertThat(prompt.segments().get(1)).isEqualTo(new Image());
    Text text = (Text) prompt.segments().get(2);
    assertThat(text.answers().stream().map(span -> slice(text, span)))
        .containsExactly(
            IntStream.concat(IntStream.of(TOKENIZER.encode("A red car.")), IntStream.of(2))
                .boxed()
                .toList(),
            IntStream.concat(IntStream.of(TOKENIZER.encode("Two.")), IntStream.of(2))
                .boxed()
                .toList());
    assertThat(prompt.textLength()).isEqualTo(ids(prompt).length - 1);
  }

  @Test
  void anEmptyAnswerIsItsEndToken() {
    Text text = text(VICUNA.assemble(Conversation.ofUser("Why?").answered("")), 0);
    Span last = text.answers().get(text.answers().size() - 1);
    assertThat(last.to()).isEqualTo(text.ids().length);
    assertThat(text.ids()[last.to() - 1]).isEqualTo(TOKENIZER.eos());
  }

  @Test
  void aCaptionIsLearntWholeWithItsLineBreak() {
    for (String caption : List.of("a dog", "\nan odd one", "\uD83D\uDE80", "")) {
      Prompt prompt = PLAIN.assemble(caption(caption));
      assertThat(text(prompt, 0).ids()).containsExactly(TOKENIZER.bos());
      assertThat(text(prompt, 0).answers()).isEmpty();
      Text text = text(prompt, 2);
      assertThat(text.ids()).isEqualTo(TOKENIZER.encode(caption + "\n"));
      assertThat(text.answers()).containsExactly(new Span(0, text.ids().length));
    }
  }

  @Test
  void aQuestionIsPlainText() {
    Conversation typed = Conversation.ofUser("<image>\nIs </s> or <sg> a token?");
    Prompt prompt = VICUNA.assemble(typed);
    assertThat(prompt.segments()).hasSize(1);
    assertThat(ids(prompt))
        .doesNotContain(
            TOKENIZER.eos(), TOKENIZER.requireId("<image>"), TOKENIZER.requireId("<sg>"));
    assertThat(typed.promptText()).startsWith("<image>");
    assertThat(VICUNA.assemble(Conversation.aboutImage("a <image>")).segments()).hasSize(3);
  }

  @Test
  void aDataFilesMarkerMovesToTheFront() {
    int[] expected = ids(VICUNA.assemble(Conversation.aboutImage("What is it?")));
    for (String text :
        List.of("<image>\nWhat is it?", "What is it?\n<image>", " What is it? <image> \n\u00a0")) {
      Conversation conversation = Conversation.ofDataset(List.of(Turn.user(text)));
      assertThat(ids(VICUNA.assemble(conversation))).as(text).isEqualTo(expected);
      assertThat(conversation.promptText()).isEqualTo("What is it?");
      assertThat(VICUNA.promptText(conversation)).isEqualTo(TOKENIZER.encode("What is it?"));
    }
    assertThat(Conversation.ofDataset(List.of(Turn.user("Hi"))).hasImage()).isFalse();
  }

  @Test
  void anImageAloneHasNoPromptText() {
    assertThat(VICUNA.promptText(Conversation.aboutImage(" "))).isEmpty();
  }

  @Test
  void refusesConversationsOutOfOrder() {
    assertUserError(() -> Conversation.ofDataset(List.of()), "at least one turn");
    assertUserError(
        () -> Conversation.ofDataset(List.of(Turn.assistant("Hi"))), "turn 1 of a conversation");
    assertUserError(
        () -> Conversation.ofDataset(List.of(Turn.user("a"), Turn.user("b"))),
        "turn 2 of a conversation is the user's");
    assertUserError(
        () ->
            Conversation.ofDataset(
                List.of(Turn.user("a"), Turn.assistant("b"), Turn.user("<image>"))),
        "turn 3 of a conversation holds <image>");
  }

  @Test
  void thePlainTemplateTakesOneCaption() {
    assertUserError(
        () -> PLAIN.assemble(Conversation.ofUser("a").answered("b")), "one image and one caption");
    assertUserError(
        () -> PLAIN.assemble(Conversation.aboutImage("a").then("b", "c")),
        "one image and one caption");
    assertUserError(() -> PLAIN.continuation("more"), "no second question");
  }

  private static Conversation caption(String caption) {
    return Conversation.ofDataset(List.of(Turn.user("<image>"), Turn.assistant(caption)));
  }

  private static Text text(Prompt prompt, int index) {
    return (Text) prompt.segments().get(index);
  }

  private static List<Integer> slice(Text text, Span span) {
    return IntStream.range(span.from(), span.to()).mapToObj(i -> text.ids()[i]).toList();
  }

  /** All ids of a prompt, -1 for the image. */
  private static int[] ids(Prompt prompt) {
    return prompt.segments().stream().flatMapToInt(PromptAssemblerTest::ids).toArray();
  }

  private static IntStream ids(Segment segment) {
    return segment instanceof Text text ? IntStream.of(text.ids()) : IntStream.of(-1);
  }
}

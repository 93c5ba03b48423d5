package io.llavasg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One clear line for each way in which a sample can be broken. */
class BrokenSampleTest {
  private static final Tokenizer TOKENIZER = Fixtures.tokenizer();

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  private void assertBroken(ObjectNode sample, String... parts) {
    assertBroken(sample, Fixtures.preparation(ConversationTemplate.VICUNA_V1, 2048), parts);
  }

  private void assertBroken(ObjectNode sample, Preparation preparation, String... parts) {
    ExampleMaker maker = new ExampleMaker(preparation, TOKENIZER);
    try (DataSource source = Fixtures.source(Fixtures.lines(folder, sample))) {
      assertThatThrownBy(() -> maker.make(source, source.samples().read(0)))
          .isInstanceOf(LlavaSgException.class)
          .hasMessageStartingWith("sample 'x' (number 1 of '")
          .hasMessageContainingAll(parts)
          .hasMessageNotContaining("\n")
          .extracting(e -> ((LlavaSgException) e).fault())
          .isEqualTo(LlavaSgException.Fault.USER);
    }
  }

  private static ObjectNode sound() {
    return Fixtures.sample("x");
  }

  private static ObjectNode saying(String question, String answer) {
    ObjectNode sample = sound();
    sample.remove("conversations");
    Fixtures.turn(sample, "human", question);
    Fixtures.turn(sample, "gpt", answer);
    return sample;
  }

  @Test
  void withoutImage() {
    assertBroken(sound().put("image", "nowhere.png"), "no image file", "nowhere.png");
    assertBroken(sound().put("image", 7), "\"image\" has to be a text, not 7");
    assertBroken(saying("What is it?", "A ball."), "'wide.png' has no place", "<image>");
  }

  @Test
  void moreSamplesThanTheFileHas() {
    try (SampleFile samples = SampleFile.open(Fixtures.lines(folder, sound(), sound()))) {
      EntitiesSource none = (sample, image) -> Optional.empty();
      assertThat(new DataSource(samples, 1, Optional.empty(), none).count()).isEqualTo(1);
      assertThatThrownBy(() -> new DataSource(samples, 3, Optional.empty(), none))
          .hasMessageContaining("3 samples are asked for")
          .hasMessageContaining("has 2");
    }
  }

  /** The first of a file, and then the next file's. */
  @Test
  void aPartOfAFile() {
    SampleFile first = SampleFile.open(Fixtures.lines(folder, sound(), sound().put("id", "b")));
    EntitiesSource none = (sample, image) -> Optional.empty();
    DataSource second = Fixtures.source(Fixtures.DATA.resolve("instructions.json"));
    try (DataSet data =
        new DataSet(List.of(new DataSource(first, 1, Optional.empty(), none), second))) {
      assertThat(data.count()).isEqualTo(1 + second.count());
      assertThat(data.read(1).id()).isEqualTo(second.samples().read(0).id());
      assertThat(data.lengths()).hasSize(data.count());
    }
  }

  @Test
  void withoutAFolderOfImages() {
    ExampleMaker maker =
        new ExampleMaker(Fixtures.preparation(ConversationTemplate.VICUNA_V1, 2048), TOKENIZER);
    try (SampleFile samples = SampleFile.open(Fixtures.lines(folder, sound()))) {
      DataSource source =
          new DataSource(samples, Optional.empty(), (sample, image) -> Optional.empty());
      assertThatThrownBy(() -> maker.make(source, samples.read(0)))
          .hasMessageContaining("no folder of images");
      assertThatThrownBy(
              () ->
                  new DataSource(
                      samples,
                      Optional.of(folder.resolve("nowhere")),
                      (sample, image) -> Optional.empty()))
          .hasMessageContaining("there is no folder")
          .hasMessageContaining("nowhere");
    }
  }

  @Test
  void withoutAnswer() {
    ObjectNode sample = sound();
    sample.remove("conversations");
    assertBroken(sample, "has no conversation");
    Fixtures.turn(sample, "human", "<image>\nWhat is it?");
    assertBroken(sample, "no answer");
    assertBroken(saying("<image>\nWhat is it?", " \n"), "no answer");
    ObjectNode turn = sound();
    turn.withArray("conversations").addObject().put("from", "human");
    assertBroken(turn, "turn 3 has no text \"value\"");
  }

  @Test
  void withoutEntities() throws IOException {
    ObjectNode sample = sound();
    sample.remove("entities");
    assertBroken(sample, "no entities for 'wide.png'", "perceive");
    assertBroken(sound().put("entities", "nowhere.json"), "nowhere.json");
    assertBroken(sound().put("entities", 3), "\"entities\" has to be an object, a list or a path");
    ObjectNode other = sound();
    other.put("entities", "tall.json");
    assertBroken(other, "the mask is", "but the image is 101 × 58");
    ObjectNode unmasked = sound();
    unmasked.putArray("entities").addObject().put("label", "ball");
    assertBroken(unmasked, "entity 0", "no \"segmentation\"");
  }

  @Test
  void withAnImageThatWillNotDecode() {
    Path bad = Fixtures.RESOURCES.resolve("image/bad-jpeg-half.jpg").toAbsolutePath();
    assertBroken(sound().put("image", bad.toString()), "bad-jpeg-half.jpg", "truncated");
    Path text = Fixtures.RESOURCES.resolve("image/bad-text.png").toAbsolutePath();
    assertBroken(sound().put("image", text.toString()), "no image that this program knows");
  }

  @Test
  void startedByTheAssistant() {
    ObjectNode sample = sound();
    sample.remove("conversations");
    Fixtures.turn(sample, "gpt", "Hello.");
    assertBroken(sample, "no question", "(gpt)");
    Fixtures.turn(sample, "human", "<image>\nWhat is it?");
    assertBroken(sample, "no answer");
    ObjectNode system = sound();
    Fixtures.turn(system, "system", "Be brief.");
    assertBroken(system, "turn 3 is from \"system\"", "\"human\" or \"gpt\"");
  }

  @Test
  void withTheImageInALaterTurn() {
    ObjectNode sample = sound();
    Fixtures.turn(sample, "human", "And this? <image>");
    Fixtures.turn(sample, "gpt", "A hill.");
    assertBroken(sample, "turn 3", "<image>", "first turn");
  }

  @Test
  void longerThanTheContext() {
    ObjectNode sample = saying("<image>\n" + "What is it? ".repeat(200), "A ball.");
    assertBroken(
        sample,
        Fixtures.preparation(ConversationTemplate.VICUNA_V1, 400),
        "all of its answers lie beyond the context of 400 positions");
    assertBroken(
        sound(),
        Fixtures.preparation(ConversationTemplate.VICUNA_V1, 60),
        "the context of 60 positions ends within the image");
  }

  @Test
  void ofManyTurnsInTheFirstStage() {
    ObjectNode sample = sound();
    Fixtures.turn(sample, "human", "And?");
    Fixtures.turn(sample, "gpt", "A hill.");
    assertBroken(
        sample,
        Fixtures.preparation(ConversationTemplate.PLAIN, 2048),
        "the plain template takes one image and one caption");
  }

  @Test
  void withATokenizerOfAnotherModel() {
    Preparation small = Fixtures.preparation(ConversationTemplate.VICUNA_V1, 2048);
    assertBroken(
        sound(),
        new Preparation(
            small.template(),
            small.imageProcessor(),
            small.grid(),
            small.mostNodes(),
            small.maxLength(),
            300),
        "vocab_size is 300");
  }

  @Test
  void notAnObject() throws IOException {
    Path file = Files.writeString(folder.resolve("list.json"), "[{\"id\": 1}, 5]");
    try (SampleFile samples = SampleFile.open(file)) {
      assertThat(samples.count()).isEqualTo(2);
      assertThatThrownBy(() -> samples.read(1))
          .hasMessageContaining("sample 2 of")
          .hasMessageContaining("no JSON object but 5");
    }
  }

  @Test
  void whoseFileChanged() throws IOException {
    Path file = Fixtures.lines(folder, sound(), sound());
    try (SampleFile samples = SampleFile.open(file)) {
      Files.writeString(file, "[");
      assertThatThrownBy(() -> samples.read(1)).hasMessageContaining("became shorter");
    }
  }
}

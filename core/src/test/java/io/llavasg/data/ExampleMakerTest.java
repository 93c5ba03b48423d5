package io.llavasg.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.graph.Canvas;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import io.llavasg.graph.NodePooling;
import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Prompt;
import io.llavasg.text.Prompt.Span;
import io.llavasg.text.Prompt.Text;
import io.llavasg.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleMakerTest {
  private static final Tokenizer TOKENIZER = Fixtures.tokenizer();
  private static final int IMAGE = -200;
  private static final int IGNORED = -100;

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  private static ExampleMaker maker(ConversationTemplate template, int maxLength) {
    return new ExampleMaker(Fixtures.preparation(template, maxLength), TOKENIZER);
  }

  /** The original LLaVA's token ids and labels; reference/train/original_data.py ran its code. */
  @ParameterizedTest
  @ValueSource(strings = {"captions", "relations", "instructions", "turns"})
  void idsAndLabelsAreTheOriginals(String name) {
    JsonNode expected = Fixtures.json(Fixtures.DATA.resolve("expected.json")).path(name);
    boolean plain = name.equals("captions");
    // turns.json has no entities, so it is read as for a model without a graph.
    Preparation preparation =
        Fixtures.preparation(
            plain ? ConversationTemplate.PLAIN : ConversationTemplate.VICUNA_V1, 2048);
    ExampleMaker maker =
        new ExampleMaker(name.equals("turns") ? withoutGraph(preparation) : preparation, TOKENIZER);
    try (DataSet data = Fixtures.data(name)) {
      assertThat(data.count()).isEqualTo(expected.size()).isGreaterThan(3);
      for (int i = 0; i < data.count(); i++) {
        Example example = maker.make(data.source(i), data.read(i)).example();
        assertThat(example.id()).isEqualTo(expected.path(i).path("id").asText());
        assertThat(ids(example.prompt())).as(example.id()).isEqualTo(ints(expected, i, "ids"));
        assertThat(labels(example.prompt()))
            .as(example.id())
            .isEqualTo(ints(expected, i, "labels"));
      }
    }
  }

  private static Preparation withoutGraph(Preparation of) {
    return new Preparation(
        of.template(),
        of.imageProcessor(),
        of.grid(),
        OptionalInt.empty(),
        of.maxLength(),
        of.vocabulary());
  }

  private static List<Integer> ints(JsonNode samples, int sample, String key) {
    List<Integer> ints = new ArrayList<>();
    samples.path(sample).path(key).forEach(id -> ints.add(id.intValue()));
    return ints;
  }

  private static List<Integer> ids(Prompt prompt) {
    List<Integer> ids = new ArrayList<>();
    for (Prompt.Segment segment : prompt.segments()) {
      if (segment instanceof Text text) {
        Arrays.stream(text.ids()).forEach(ids::add);
      } else {
        ids.add(IMAGE);
      }
    }
    return ids;
  }

  private static List<Integer> labels(Prompt prompt) {
    List<Integer> labels = new ArrayList<>();
    for (Prompt.Segment segment : prompt.segments()) {
      if (segment instanceof Text text) {
        for (int i = 0; i < text.ids().length; i++) {
          int at = i;
          boolean learned =
              text.answers().stream().anyMatch(span -> span.from() <= at && at < span.to());
          labels.add(learned ? text.ids()[i] : IGNORED);
        }
      } else {
        labels.add(IGNORED);
      }
    }
    return labels;
  }

  @Test
  void imagesAndNodesShareTheirGeometry() {
    ExampleMaker maker = maker(ConversationTemplate.VICUNA_V1, 2048);
    Path picture = Fixtures.PICTURES.resolve("wide.png");
    try (DataSet data = Fixtures.data("relations")) {
      int wide = indexOf(data, "wide-relation-1");
      Sample sample = data.read(wide);
      assertThat(sample.predicate()).isPresent();
      assertThat(sample.source()).contains("masks");
      ExampleMaker.Made made = maker.make(data.source(wide), sample);
      Example example = made.example();
      assertThat(example.pixels().orElseThrow().values())
          .isEqualTo(
              ClipImageProcessor.read(Fixtures.MODEL, AspectRatio.PAD)
                  .apply(ImageFile.read(picture, Orientation.IGNORE_EXIF))
                  .values());
      // Of nine entities one is empty; of the other eight the six best stay, in the file's order.
      Entities entities = EntitiesFile.read(Fixtures.PICTURES.resolve("wide.json"));
      List<Entity> visible =
          entities.list().stream().filter(entity -> entity.mask().area() > 0).toList();
      List<Entity> kept = new Entities(Optional.empty(), visible).select(Fixtures.NODES).kept();
      NodePooling nodes =
          NodePooling.of(
              kept.stream().map(Entity::mask).toList(),
              Canvas.padded(101, 58),
              Fixtures.GRID,
              Fixtures.GRID);
      assertThat(made.leftOut()).isEqualTo(new LeftOut(1, 2, 0));
      assertThat(example.nodes().orElseThrow().weights()).hasSize(Fixtures.NODES);
      for (int i = 0; i < Fixtures.NODES; i++) {
        assertThat(example.nodes().get().weights().get(i)).isEqualTo(nodes.weights().get(i));
      }
      assertThat(example.length())
          .isEqualTo(example.prompt().textLength() + Fixtures.GRID * Fixtures.GRID + 2 + 6);
      assertThat(example.graphPromptIds())
          .isEqualTo(TOKENIZER.encode(sample.turns().get(0).text().replace("<image>", "").strip()));
    }
  }

  private static int indexOf(DataSet data, String id) {
    for (int i = 0; i < data.count(); i++) {
      if (data.read(i).id().equals(id)) {
        return i;
      }
    }
    throw new AssertionError("no sample " + id);
  }

  @Test
  void captionsSeeTheCentreOfThePicture() {
    try (DataSet data = Fixtures.data("captions")) {
      Example example =
          maker(ConversationTemplate.PLAIN, 2048).make(data.source(0), data.read(0)).example();
      assertThat(example.nodes()).isEmpty();
      assertThat(example.graphPromptIds()).isEmpty();
      assertThat(example.pixels().orElseThrow().values())
          .isEqualTo(
              ClipImageProcessor.read(Fixtures.MODEL, AspectRatio.NONE)
                  .apply(
                      ImageFile.read(
                          Fixtures.PICTURES.resolve(data.read(0).image().orElseThrow()),
                          Orientation.IGNORE_EXIF))
                  .values());
    }
  }

  @Test
  void emptyGraphIsNoMissingGraph(@TempDir Path folder) {
    ExampleMaker maker = maker(ConversationTemplate.VICUNA_V1, 2048);
    try (DataSource source = Fixtures.source(Fixtures.lines(folder, Fixtures.sample("empty")))) {
      Example example = maker.make(source, source.samples().read(0)).example();
      assertThat(example.nodes().orElseThrow().weights()).isEmpty();
      assertThat(example.length())
          .isEqualTo(example.prompt().textLength() + Fixtures.GRID * Fixtures.GRID + 2);
    }
  }

  /** As LLaVA's train.py: its preprocess skips that turn, and reads the marker without an image. */
  @Test
  void theAssistantsFirstTurnIsLeftOutAndAMarkerWithoutImageIsText(@TempDir Path folder) {
    ObjectNode plain = Fixtures.sample("plain");
    plain.remove("conversations");
    plain.remove("image");
    Fixtures.turn(plain, "human", "What does <image> mean in HTML?");
    Fixtures.turn(plain, "gpt", "Nothing: it is <img>.");
    ObjectNode opened = plain.deepCopy();
    ArrayNode turns = opened.putArray("conversations");
    turns.addObject().put("from", "gpt").put("value", "Hello, I am <image>.");
    turns.addAll((ArrayNode) plain.get("conversations"));
    ExampleMaker maker = maker(ConversationTemplate.VICUNA_V1, 2048);
    try (DataSource source = Fixtures.source(Fixtures.lines(folder, plain, opened))) {
      ExampleMaker.Made first = maker.make(source, source.samples().read(0));
      ExampleMaker.Made second = maker.make(source, source.samples().read(1));
      assertThat(first.example().prompt().segments()).hasSize(1).first().isInstanceOf(Text.class);
      Text text = (Text) first.example().prompt().segments().getFirst();
      assertThat(TOKENIZER.decode(text.ids())).contains("What does <image> mean in HTML?");
      assertThat(first.leftOut()).isEqualTo(LeftOut.NOTHING);
      assertThat(ids(second.example().prompt())).isEqualTo(ids(first.example().prompt()));
      assertThat(second.leftOut()).isEqualTo(new LeftOut(0, 0, 1));
    }
  }

  @Test
  void longSamplesAreCutBehindTheImage(@TempDir Path folder) {
    try (DataSource source = Fixtures.source(Fixtures.lines(folder, Fixtures.sample("long")))) {
      Sample sample = source.samples().read(0);
      ExampleMaker.Made whole = maker(ConversationTemplate.VICUNA_V1, 2048).make(source, sample);
      assertThat(whole.isTruncated()).isFalse();
      int length = whole.example().length();
      // All but the end token and the last of the answer.
      ExampleMaker.Made cut =
          maker(ConversationTemplate.VICUNA_V1, length - 2).make(source, sample);
      assertThat(cut.isTruncated()).isTrue();
      assertThat(cut.fullLength()).isEqualTo(length);
      assertThat(cut.example().length()).isEqualTo(length - 2);
      assertThat(cut.answers()).isEqualTo(whole.answers() - 2);
      assertThat(ids(cut.example().prompt()))
          .isEqualTo(
              ids(whole.example().prompt()).subList(0, ids(whole.example().prompt()).size() - 2));
      Text last = (Text) cut.example().prompt().segments().getLast();
      assertThat(last.answers().getLast().to()).isEqualTo(last.ids().length);
      assertThat(last.answers()).hasSize(1).first().isInstanceOf(Span.class);
    }
  }

  @Test
  void measuringSeesTheSameWithoutDecoding() {
    ExampleMaker maker = maker(ConversationTemplate.VICUNA_V1, 2048);
    try (DataSet data = Fixtures.data("instructions")) {
      for (int i = 0; i < data.count(); i++) {
        ExampleMaker.Made decoded = maker.make(data.source(i), data.read(i));
        ExampleMaker.Made measured =
            maker.make(data.source(i), data.read(i), ExampleMaker.Images.MEASURED);
        assertThat(measured.example().pixels()).isEmpty();
        assertThat(measured.fullLength()).isEqualTo(decoded.fullLength());
        assertThat(measured.answers()).isEqualTo(decoded.answers());
      }
    }
  }
}

package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.mini.model.MiniatureShape.ReadingCourse;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.language.Note;
import io.llavasg.tensor.Functional;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadingTest {
  @TempDir private static Path folder;

  private static Tokenizer words;
  private static Reading reading;

  @BeforeAll
  static void makeTokenizer() {
    MiniatureShape tiny = MiniatureShape.TINY;
    MiniatureShape wordy = // or a conversation's first words fill a row, letter by letter
        new MiniatureShape(
            1024,
            400,
            tiny.clip(),
            tiny.clipCourse(),
            tiny.llama(),
            tiny.llamaCourse(),
            tiny.sceneGraph(),
            tiny.alignmentSteps(),
            tiny.scenes(),
            tiny.furtherScenes(),
            tiny.knownScenes());
    new PretrainedParts(wordy, folder, 2, step -> {}, note -> {}).makeTokenizer();
    words = Tokenizer.load(folder.resolve("tokenizer"));
    reading =
        new Reading(
            2,
            words,
            new PromptAssembler(words, ConversationTemplate.VICUNA_V1),
            new ReadingCourse(5, 100, 700, 1));
  }

  @AfterAll
  static void closeTokenizer() {
    words.close();
  }

  /** Rows of keywords first, then all kinds; none is longer than a step may read. */
  @Test
  void keywordsComeFirst() {
    Set<Integer> counts = new TreeSet<>();
    for (int step = 0; step < 40; step++) {
      Rows rows = reading.step(step);
      assertThat(rows.count() * rows.length()).isLessThanOrEqualTo(700);
      assertThat(rows.filled()).isBetween(rows.labels(), 700L);
      if (step < 5) {
        assertThat(rows.count()).isEqualTo(9);
      }
      counts.add(rows.count());
    }
    assertThat(counts)
        .containsExactly(2, 4, 5, 7, 9); // of 320 and 288, 144, 120, 96 and 72 positions
  }

  @Test
  void aStepReadsTheSameWheneverItIsDone() {
    Rows once = reading.step(30);
    reading.step(31);
    assertThat(reading.step(30).ids()).isEqualTo(once.ids());
    assertThat(reading.step(31).ids()).isNotEqualTo(once.ids());
  }

  /** One question about a relation a row, behind its notes; the answer stands at its end. */
  @Test
  void eachRowAsksForOneRelation() {
    Rows rows = reading.relations(3, 12);
    assertThat(rows.count()).isEqualTo(12);
    for (int row = 0; row < 12; row++) {
      int from = row * rows.length();
      int[] answered =
          IntStream.range(from, from + rows.length())
              .filter(i -> rows.answers()[i] != Functional.IGNORED)
              .toArray();
      int[] answer = Arrays.stream(answered).map(i -> (int) rows.answers()[i]).toArray();
      assertThat(words.decode(answer).strip())
          .isIn(Stream.of(Relation.values()).map(Relation::word).toList());
      int[] question =
          IntStream.range(from, answered[0])
              .filter(i -> rows.next()[i] != Functional.IGNORED)
              .map(i -> (int) rows.next()[i])
              .toArray();
      assertThat(words.decode(question)).containsPattern("small|large");
    }
  }

  /** A conversation's image is its scene's notes, one position each, of which none is predicted. */
  @Test
  void notesStandWhereTheImageDoes() {
    Rows rows = reading.conversations(0, 3);
    assertThat(rows.ids()[0]).isEqualTo(words.bos());
    for (int row = 0; row < 3; row++) {
      int glances = 0;
      int answered = 0;
      for (int i = row * rows.length(); i < (row + 1) * rows.length(); i++) {
        float[] shares = Arrays.copyOfRange(rows.shares(), i * rows.most(), (i + 1) * rows.most());
        double all = 0;
        for (float share : shares) {
          all += share;
        }
        boolean several = shares[0] > 0 && shares[0] < 1;
        if (several) { // two words, or size, colour, kind, column, row and maybe a contact
          assertThat(all * all).isBetween(1.99, 12.01);
        }
        glances += several ? 1 : 0;
        answered += rows.answers()[i] == Functional.IGNORED ? 0 : 1;
        if (several || all == 0) {
          assertThat(rows.next()[i]).isEqualTo(Functional.IGNORED);
        } else {
          assertThat(rows.next()[i]).isEqualTo(rows.ids()[i * rows.most()]);
        }
      }
      assertThat(glances).isBetween(2, 9); // one to eight things, and the background
      assertThat(answered).isGreaterThan(5);
    }
  }

  /** A word that counts in part does so with each of its tokens; a token twice is one. */
  @Test
  void aGlanceIsTheSumOfItsWords() {
    Note note =
        new Note(
            List.of(new Note.Word("red", 1), new Note.Word("b4", .75), new Note.Word("c4", .25)));
    Glance glance = Glance.of(note, words);
    assertThat(glance.ids()).doesNotHaveDuplicates();
    Map<String, Double> shares = new TreeMap<>();
    for (int i = 0; i < glance.size(); i++) {
      shares.put(words.decode(new int[] {glance.ids()[i]}), Math.sqrt(3) * glance.shares()[i]);
    }
    assertThat(shares.get("red")).isCloseTo(1, Offset.offset(1e-6));
    assertThat(shares.get("b")).isCloseTo(.75, Offset.offset(1e-6));
    assertThat(shares.get("c")).isCloseTo(.25, Offset.offset(1e-6));
    assertThat(shares.get("4")).isCloseTo(1, Offset.offset(1e-6));
  }

  @Test
  void rowsAreAsLongAsTheLongestDocument() {
    float half = (float) Math.sqrt(.5);
    Rows rows =
        Rows.of(
            List.of(
                Document.joined(List.of(Document.plain(1, 5), Document.answer(6, 7))).upTo(3),
                Document.glances(
                    List.of(new Glance(new int[] {3, 4}, new float[] {half, half / 2})))));
    assertThat(rows.length()).isEqualTo(3);
    assertThat(rows.ids()).containsExactly(1, 0, 5, 0, 6, 0, 3, 4, 0, 0, 0, 0);
    long none = Functional.IGNORED;
    assertThat(rows.next()).containsExactly(1, 5, 6, none, none, none);
    assertThat(rows.answers()).containsExactly(none, none, 6, none, none, none);
    assertThat(rows.labels()).isEqualTo(2);
    assertThat(rows.filled()).isEqualTo(4);
    assertThat(rows.shares()).containsExactly(1, 0, 1, 0, 1, 0, half, half / 2, 0, 0, 0, 0);
  }
}

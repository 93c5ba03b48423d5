package io.llavasg.mini.model;

import io.llavasg.mini.model.MiniatureShape.ReadingCourse;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.language.Corpus;
import io.llavasg.mini.world.language.Exercise;
import io.llavasg.mini.world.language.Exercises;
import io.llavasg.text.Conversation;
import io.llavasg.text.Conversation.ImageInput;
import io.llavasg.text.Prompt;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Role;
import io.llavasg.text.Tokenizer;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a language model reads in each step of its pretraining: first exercises of plain keywords
 * alone, then, step by step, one of all other forms and the corpus. A thing's note is one position,
 * as it is in a scene graph; where a conversation has an image, there the notes are.
 *
 * @param seed of all that is read
 */
record Reading(long seed, Tokenizer words, PromptAssembler assembler, ReadingCourse course) {

  /** What all rows of a step hold. */
  private enum Fare {
    PLAIN_KEYWORDS(Optional.of(Exercise.Form.PLAIN_KEYWORDS), 72, 0),
    KEYWORDS(Optional.of(Exercise.Form.KEYWORDS), 72, 2),
    QUESTIONS(Optional.of(Exercise.Form.QUESTIONS), 96, 3),
    CHOICES(Optional.of(Exercise.Form.CHOICES), 120, 2),
    CONVERSATIONS(Optional.of(Exercise.Form.CONVERSATION), 144, 5),
    INSTRUCTIONS(Optional.of(Exercise.Form.INSTRUCTION), 288, 3),
    CORPUS(Optional.empty(), 320, 2);

    /** Of exercises. */
    private final Optional<Exercise.Form> form;

    /** Most positions of a row. */
    private final int length;

    /** How often, of all together. */
    private final int share;

    Fare(Optional<Exercise.Form> form, int length, int share) {
      this.form = form;
      this.length = length;
      this.share = share;
    }

    static Fare drawn(Chance chance) {
      return values()[chance.weighted(Stream.of(values()).mapToInt(fare -> fare.share).toArray())];
    }
  }

  /** What a step reads. */
  Rows step(int step) {
    Fare fare =
        step < course.keywords()
            ? Fare.PLAIN_KEYWORDS
            : Fare.drawn(Chance.of(seed).split("reading").split(step));
    int count = Math.max(1, course.positions() / fare.length);
    long setAside = course.positions(); // of rows: a step has no more, whatever it reads
    return rows(fare, step * setAside, count);
  }

  /** Rows of exercises in whole conversations, from a number on. */
  Rows conversations(long first, int count) {
    return rows(Fare.CONVERSATIONS, first, count);
  }

  /**
   * Rows that ask for one relation each, between things of which the longer name has so many words.
   */
  Rows relations(int words, int count) {
    Exercises exercises = new Exercises(seed);
    return Rows.of(
        LongStream.iterate(0, number -> number + 1)
            .mapToObj(number -> exercises.relation(words, number))
            .flatMap(Optional::stream)
            .limit(count)
            .map(exercise -> bare(notes(exercise), exercise.turns()))
            .toList());
  }

  /** In a line, what a training depends on. */
  String content() {
    String fares =
        Stream.of(Fare.values())
            .filter(fare -> fare.share > 0)
            .map(fare -> "%s %d x %d".formatted(fare, fare.share, fare.length))
            .collect(Collectors.joining(", "));
    return "%d steps of plain keywords, then %s; %d positions a step"
        .formatted(course.keywords(), fares.toLowerCase(Locale.ROOT), course.positions());
  }

  private Rows rows(Fare fare, long first, int count) {
    if (fare.form.isEmpty()) {
      Corpus corpus = new Corpus(seed);
      return new PackedText(number -> text(corpus, number), fare.length).rows(first, count);
    }
    Exercises exercises = new Exercises(seed);
    Exercise.Form form = fare.form.get();
    return Rows.of(
        LongStream.range(first, first + count)
            .mapToObj(number -> exercises.exercise(form, number))
            .map(exercise -> document(form, exercise).upTo(fare.length))
            .toList());
  }

  private Document document(Exercise.Form form, Exercise exercise) {
    Document notes = notes(exercise);
    return switch (form) {
      case PLAIN_KEYWORDS, KEYWORDS, QUESTIONS, CHOICES -> bare(notes, exercise.turns());
      case CONVERSATION, INSTRUCTION ->
          conversation(new Conversation(exercise.turns(), ImageInput.ATTACHED), notes);
    };
  }

  private Document notes(Exercise exercise) {
    return Document.glances(exercise.notes().stream().map(note -> Glance.of(note, words)).toList());
  }

  /** Questions and answers, and no word of who says what. */
  private Document bare(Document notes, List<Turn> turns) {
    List<Document> parts = new ArrayList<>(List.of(Document.plain(words.bos()), notes));
    for (Turn turn : turns) {
      int[] ids = words.encode(turn.text());
      parts.add(turn.role() == Role.ASSISTANT ? Document.answer(ids) : Document.plain(ids));
    }
    return Document.joined(parts);
  }

  private Document conversation(Conversation conversation, Document image) {
    List<Document> parts = new ArrayList<>();
    for (Prompt.Segment segment : assembler.assemble(conversation).segments()) {
      parts.add(segment instanceof Prompt.Text text ? marked(text) : image);
    }
    return Document.joined(parts);
  }

  private static Document marked(Prompt.Text text) {
    Document document = Document.plain(text.ids());
    for (Prompt.Span answer : text.answers()) {
      for (int i = answer.from(); i < answer.to(); i++) {
        document.answers()[i] = true;
      }
    }
    return document;
  }

  /** Of eight documents one is a plain text, the others are conversations in LLaVA's template. */
  private Document text(Corpus corpus, long number) {
    if (number % 8 == 0) {
      return Document.joined(
          List.of(
              Document.plain(words.bos()),
              Document.plain(words.encode(corpus.text(number))),
              Document.plain(words.eos())));
    }
    return conversation(
        new Conversation(corpus.conversation(number), ImageInput.NONE), Document.plain());
  }
}

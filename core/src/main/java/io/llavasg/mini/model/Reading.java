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
import java.util.stream.LongStream;

/**
 * What a language model reads in each step of its pretraining: first exercises of keywords alone,
 * then, step by step, one of all forms and the corpus. A thing's note is one position, as it is in
 * a scene graph; where a conversation has an image, there the notes are.
 *
 * @param seed of all that is read
 */
record Reading(long seed, Tokenizer words, PromptAssembler assembler, ReadingCourse course) {

  /** What all rows of a step are. */
  private enum Kind {
    KEYWORDS(72, 2),
    QUESTIONS(96, 3),
    CONVERSATION(144, 5),
    INSTRUCTION(288, 3),
    CORPUS(320, 2);

    /** Most positions of a row. */
    private final int length;

    /** How often, of all kinds together. */
    private final int share;

    Kind(int length, int share) {
      this.length = length;
      this.share = share;
    }

    static Kind drawn(Chance chance) {
      int[] shares = List.of(values()).stream().mapToInt(kind -> kind.share).toArray();
      return values()[chance.weighted(shares)];
    }
  }

  /** What a step reads. */
  Rows step(int step) {
    Kind kind =
        step < course.keywords()
            ? Kind.KEYWORDS
            : Kind.drawn(Chance.of(seed).split("reading").split(step));
    int count = Math.max(1, course.positions() / kind.length);
    return rows(kind, (long) step * course.positions(), count);
  }

  /** Rows of exercises in whole conversations, from a number on. */
  Rows conversations(long first, int count) {
    return rows(Kind.CONVERSATION, first, count);
  }

  private Rows rows(Kind kind, long first, int count) {
    if (kind == Kind.CORPUS) {
      Corpus corpus = new Corpus(seed);
      return new PackedText(number -> text(corpus, number), kind.length).rows(first, count);
    }
    Exercises exercises = new Exercises(seed);
    Exercise.Form form = Exercise.Form.valueOf(kind.name());
    return Rows.of(
        LongStream.range(first, first + count)
            .mapToObj(number -> exercises.exercise(form, number))
            .map(exercise -> document(form, exercise).upTo(kind.length))
            .toList());
  }

  private Document document(Exercise.Form form, Exercise exercise) {
    Document notes = Document.glances(exercise.notes().stream().map(words::encode).toList());
    return switch (form) {
      case KEYWORDS, QUESTIONS -> bare(notes, exercise.turns());
      case CONVERSATION, INSTRUCTION ->
          conversation(new Conversation(exercise.turns(), ImageInput.ATTACHED), notes);
    };
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

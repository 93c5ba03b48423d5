package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.Chat;
import io.llavasg.LlavaSg;
import io.llavasg.LlavaSgException;
import io.llavasg.generate.Answer;
import io.llavasg.generate.Question;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The turns of a chat, each shown as it comes or kept as JSON. A question that cannot be answered
 * is told and leaves the conversation as it was.
 */
final class Conversation implements AutoCloseable {
  private final LlavaSg model;
  private final Question settings;
  private final OutputFormat format;
  private final PrintWriter out;
  private final PrintWriter err;
  private final AnswerLine line;
  private Optional<Waiting> waiting = Optional.empty();
  private @Nullable Chat chat;
  private int failed;

  /**
   * @param settings image, scene and generation of all turns
   */
  Conversation(
      LlavaSg model, Question settings, OutputFormat format, PrintWriter out, PrintWriter err) {
    this.model = model;
    this.settings = settings;
    this.format = format;
    this.out = out;
    this.err = err;
    line = new AnswerLine(out);
  }

  /** A turn: what its JSON holds beside the question. */
  ObjectNode turn(String text, ChatCommand.Before before) {
    ObjectNode turn = AnswerJson.JSON.createObjectNode().put("question", text);
    boolean first = chat == null;
    try {
      Answer answer = whileReading(() -> answer(text));
      if (!format.isJson()) {
        line.end();
        Failure.requireWritten(out);
      }
      if (first) { // they are about the image
        answer.warnings().forEach(warning -> err.println("llava-sg: " + warning));
      }
      turn.setAll(AnswerJson.of(answer, before.load(), before.perception()));
    } catch (LlavaSgException e) {
      line.close();
      if (e.fault() != LlavaSgException.Fault.USER) {
        throw e;
      }
      failed++;
      String reason = Failure.oneLine(String.valueOf(e.getMessage()));
      err.println("llava-sg: " + reason);
      turn.put("error", reason);
    }
    return turn;
  }

  private Answer answer(String text) {
    if (chat != null) {
      return chat.ask(text);
    }
    Chat begun = model.chat(opening(text));
    try {
      Answer answer = begun.begin();
      chat = begun;
      return answer;
    } finally {
      if (chat == null) {
        begun.close();
      }
    }
  }

  private Question opening(String text) {
    Question opening =
        Question.about(settings.image(), text).with(settings.scene()).with(settings.generation());
    return format.isJson() ? opening : opening.streamingTo(this::print);
  }

  private void print(String piece) {
    waiting.ifPresent(Waiting::close);
    line.print(piece);
  }

  /** Says that a question is being read, from when it is there to the answer's first word. */
  private Answer whileReading(Supplier<Answer> answering) {
    try (Waiting next = Waiting.on("reading the question", err)) {
      waiting = Optional.of(next);
      return answering.get();
    }
  }

  /** Questions that could not be answered. */
  int failed() {
    return failed;
  }

  @Override
  public void close() {
    line.close();
    if (chat != null) {
      chat.close();
    }
  }
}

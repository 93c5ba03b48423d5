package io.llavasg;

import io.llavasg.generate.Answer;
import io.llavasg.generate.ChatSession;
import io.llavasg.generate.Engine;
import io.llavasg.generate.Question;
import io.llavasg.tensor.TensorThread;

/**
 * Several turns about one image; each answer builds on those before it.
 *
 * <pre>{@code
 * try (var chat = model.chat(Question.about(image, "What is this?").with(entities))) {
 *   System.out.println(chat.begin().text());
 *   System.out.println(chat.ask("And what is beside it?").text());
 * }
 * }</pre>
 */
public final class Chat implements AutoCloseable {
  private final TensorThread thread;
  private final ChatSession session;

  Chat(TensorThread thread, Engine engine, Question first) {
    this.thread = thread;
    this.session = new ChatSession(engine, first);
  }

  /** Answers the first question. */
  public Answer begin() {
    return thread.call(session::begin);
  }

  /** Answers a later question; if that fails, the chat is as it was. */
  public Answer ask(String text) {
    return thread.call(() -> session.ask(text));
  }

  @Override
  public void close() {
    if (thread.isClosed()) {
      session.close();
      return;
    }
    thread.finish(session::close);
  }
}

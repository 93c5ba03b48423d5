package io.llavasg.generate;

import io.llavasg.LlavaSgException;
import io.llavasg.generate.Generator.Row;
import io.llavasg.generate.PromptEmbedder.Embedded;
import io.llavasg.tensor.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Several turns about one image. What has been read stays in the key_value cache, the image and the
 * scene graph of the first question included, so that a later question costs its own tokens only.
 */
public final class ChatSession implements AutoCloseable {
  private final Engine engine;
  private final Generator generator;
  private final Question first;
  private @Nullable Decoding decoding;
  private @Nullable Embedded prompt;
  private int[] unread = {};

  /**
   * @param first gives the image, the scene and the first turn
   */
  public ChatSession(Engine engine, Question first) {
    this.engine = engine;
    this.generator = engine.generator();
    this.first = first;
  }

  /** Answers the first question; if that fails, the session can begin again. */
  public Answer begin() {
    if (decoding != null) {
      throw new IllegalStateException("this chat has begun");
    }
    try (var scope = Scope.open()) {
      Trace trace = first.tracing() == Question.Tracing.ON ? new Trace() : null;
      Embedded embedded = engine.embed(first, trace);
      Decoding.requireRoom(engine.model().languageModel(), embedded.length());
      final long start = System.nanoTime();
      Decoding started =
          new Decoding(engine.model().languageModel(), new int[] {embedded.length()}, 1);
      decoding = started;
      prompt = embedded.seenBefore();
      float[] logits = started.prefill(0, embedded.embeddings()).toFloats();
      started.prefilled(embedded.length());
      return generate(started, embedded, logits, first, trace, start);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Answers a later question.
   *
   * @throws LlavaSgException user, if the conversation has grown beyond the model's context; after
   *     this and every other failure the session is as it was
   */
  public Answer ask(String text) {
    if (decoding == null || prompt == null) {
      throw new IllegalStateException("this chat has not begun, or is closed");
    }
    int[] continuation = engine.assembler().continuation(text);
    int[] ids = new int[unread.length + continuation.length];
    System.arraycopy(unread, 0, ids, 0, unread.length);
    System.arraycopy(continuation, 0, ids, unread.length, continuation.length);
    int context = engine.model().config().text().maxPositionEmbeddings();
    if (decoding.length() + ids.length >= context) {
      throw LlavaSgException.user(
          "the conversation is full: with this question it takes %d positions, and the model's"
              + " context has %d; begin a new chat, or ask something shorter",
          decoding.length() + ids.length, context);
    }
    final int held = decoding.length();
    final int[] unreadBefore = unread;
    try (var scope = Scope.open()) {
      final long start = System.nanoTime();
      float[] logits = decoding.extend(ids).toFloats();
      return generate(decoding, prompt, logits, first, null, start);
    } catch (RuntimeException | Error e) {
      decoding.truncate(held);
      unread = unreadBefore;
      throw e;
    }
  }

  private Answer generate(
      Decoding decoding,
      Embedded embedded,
      float[] logits,
      Question question,
      @Nullable Trace trace,
      long start) {
    final long prefilled = System.nanoTime();
    final int read = decoding.length();
    Engine.AnswerText text = engine.new AnswerText(question);
    Row row =
        generator.continueRow(
            decoding, logits, question.generation(), (index, id) -> text.push(id));
    // A token that ended the answer by its length was chosen, but not yet read.
    unread = row.unread(decoding.length() - read);
    Answer answer =
        engine.finish(embedded, row, text, trace, prefilled - start, System.nanoTime() - prefilled);
    return answer.atLength(read);
  }

  @Override
  public void close() {
    if (decoding != null) {
      decoding.close();
      decoding = null;
    }
  }
}

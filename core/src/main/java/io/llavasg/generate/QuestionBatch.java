package io.llavasg.generate;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Questions that are gathered until there is a batch of them. If one of a batch is at fault, each
 * is asked alone, to find out which: the others are answered all the same.
 *
 * @param <T> what the caller knows a question by
 */
public final class QuestionBatch<T> {
  private final int size;
  private final Function<List<Question>, List<Answer>> model;
  private final Results<T> results;
  private final List<Waiting<T>> waiting = new ArrayList<>();

  private record Waiting<T>(T key, Question question) {}

  /** What becomes of the questions, in their order. */
  public interface Results<T> {
    void answered(T key, Answer answer);

    /** The question is at fault. */
    void failed(T key, LlavaSgException reason);
  }

  /**
   * @param size most questions that are asked together
   * @param model answers several questions, in their order
   */
  public QuestionBatch(int size, Function<List<Question>, List<Answer>> model, Results<T> results) {
    if (size < 1) {
      throw LlavaSgException.user("--batch-size is %d, but has to be positive", size);
    }
    this.size = size;
    this.model = model;
    this.results = results;
  }

  /** Adds a question, and asks the batch if it is full. */
  public void add(T key, Question question) {
    waiting.add(new Waiting<>(key, question));
    if (waiting.size() >= size) {
      flush();
    }
  }

  /** Asks what waits. */
  public void flush() {
    List<Waiting<T>> batch = List.copyOf(waiting);
    waiting.clear();
    if (batch.isEmpty()) {
      return;
    }
    List<Answer> answers;
    try {
      answers = model.apply(batch.stream().map(Waiting::question).toList());
    } catch (LlavaSgException e) {
      requireUsersFault(e);
      batch.forEach(this::askAlone);
      return;
    }
    for (int i = 0; i < answers.size(); i++) {
      results.answered(batch.get(i).key, answers.get(i));
    }
  }

  private void askAlone(Waiting<T> one) {
    Answer answer;
    try {
      answer = model.apply(List.of(one.question)).getFirst();
    } catch (LlavaSgException e) {
      requireUsersFault(e);
      results.failed(one.key, e);
      return;
    }
    results.answered(one.key, answer);
  }

  private static void requireUsersFault(LlavaSgException e) {
    if (e.fault() != LlavaSgException.Fault.USER) {
      throw e;
    }
  }
}

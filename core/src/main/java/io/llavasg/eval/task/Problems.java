package io.llavasg.eval.task;

import com.google.errorprone.annotations.FormatMethod;
import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is wrong with single lines, rows and items: told, counted, and fatal only if asked for. */
public final class Problems {
  /** Problems that are told one by one; a file in a wrong format has as many as lines. */
  private static final int TOLD = 20;

  /** What becomes of a problem. */
  public enum Handling {
    COUNT,
    STOP
  }

  private final Handling handling;
  private final Consumer<String> listener;
  private final List<String> first = new ArrayList<>();
  private long count;

  /**
   * @param listener is told of the first few problems, a line each
   */
  public Problems(Handling handling, Consumer<String> listener) {
    this.handling = handling;
    this.listener = listener;
  }

  /**
   * Notes a problem.
   *
   * @throws LlavaSgException user, if problems are to stop the work
   */
  @FormatMethod
  public synchronized void add(String message, Object... arguments) {
    String text = String.format(message, arguments);
    if (handling == Handling.STOP) {
      throw LlavaSgException.user("%s", text);
    }
    count++;
    if (first.size() < TOLD) {
      first.add(text);
      listener.accept(text);
      if (first.size() == TOLD) {
        listener.accept("further problems of this kind are only counted");
      }
    }
  }

  /** Does something that concerns one row only: a user's error is noted as a problem. */
  void guard(Runnable work) {
    try {
      work.run();
    } catch (LlavaSgException e) {
      if (e.fault() != LlavaSgException.Fault.USER) {
        throw e;
      }
      add("%s", String.valueOf(e.getMessage()));
    }
  }

  public synchronized long count() {
    return count;
  }

  /** The first few. */
  public synchronized List<String> first() {
    return List.copyOf(first);
  }
}

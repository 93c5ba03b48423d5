package io.llavasg.eval;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Items made ready to be asked, in their order, by a thread that is some items ahead: images are
 * read, decoded and given their entities while the model answers.
 */
final class PreparedItems implements Iterator<PreparedItems.Prepared>, AutoCloseable {
  private final Iterator<EvalItem> items;
  private final SceneFinder scenes;
  private final GenerationConfig generation;
  private final int ahead;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("items").daemon().factory());
  private final Deque<Future<Prepared>> coming = new ArrayDeque<>();

  /**
   * An item and its question.
   *
   * @param error why it cannot be asked; empty if it can
   */
  record Prepared(EvalItem item, Optional<Question> question, Optional<String> error) {}

  /**
   * @param ahead how many items are made ready before they are wanted
   */
  PreparedItems(List<EvalItem> items, SceneFinder scenes, GenerationConfig generation, int ahead) {
    this.items = items.iterator();
    this.scenes = scenes;
    this.generation = generation;
    this.ahead = ahead;
  }

  @Override
  public boolean hasNext() {
    return !coming.isEmpty() || items.hasNext();
  }

  @Override
  public Prepared next() {
    while (coming.size() < ahead && items.hasNext()) {
      EvalItem item = items.next();
      coming.add(thread.submit(() -> prepare(item)));
    }
    try {
      return coming.removeFirst().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LlavaSgException known) {
        throw known;
      }
      throw LlavaSgException.internal(e, "an item could not be prepared: %s", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LlavaSgException.internal(e, "interrupted while items were prepared");
    }
  }

  private Prepared prepare(EvalItem item) {
    try {
      return new Prepared(item, Optional.of(question(item)), Optional.empty());
    } catch (LlavaSgException e) {
      if (e.fault() != LlavaSgException.Fault.USER) {
        throw e;
      }
      return new Prepared(item, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private Question question(EvalItem item) {
    byte[] bytes = item.image().bytes();
    RgbImage image =
        ImageFile.decode(bytes, "the image '" + item.image().name() + "'", Orientation.IGNORE_EXIF);
    return Question.about(image, item.prompt())
        .with(scenes.find(item, bytes, image))
        .with(generation);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    thread.close(); // what it reads from and perceives with may be closed next
  }
}

package io.llavasg;

import io.llavasg.generate.Answer;
import io.llavasg.generate.Depiction;
import io.llavasg.generate.Engine;
import io.llavasg.generate.Question;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.TensorThread;
import io.llavasg.tensor.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A loaded model that answers questions about images. Safe to call from several threads, virtual
 * ones included: questions are answered one after another on a thread of the model's own. Whoever
 * waits for an answer may be interrupted: the answer ends at its next token, and a {@link
 * LlavaSgException} says so.
 */
public final class LlavaSg implements AutoCloseable {
  /** With fewer weights, sharing the work between threads costs more time than it saves. */
  private static final long SMALL_BYTES = 64L << 20;

  private final TensorThread thread;
  private final Engine engine;

  private LlavaSg(TensorThread thread, Engine engine) {
    this.thread = thread;
    this.engine = engine;
  }

  /**
   * Loads a LLaVA-SG or LLaVA-1.5 checkpoint on the CPU.
   *
   * @throws LlavaSgException if the directory is no such checkpoint, its weights do not fit its
   *     manifest, or there is not enough memory
   */
  public static LlavaSg load(Path directory) {
    return load(directory, LoadOptions.DEFAULT);
  }

  /** As {@link #load(Path)}, with options. */
  public static LlavaSg load(Path directory, LoadOptions options) {
    ModelFiles files = ModelFiles.read(directory, options.visionTower());
    TensorThread thread = new TensorThread("llava-sg");
    try {
      return new LlavaSg(thread, thread.call(() -> load(files, options)));
    } catch (RuntimeException | Error e) {
      thread.close();
      throw e;
    }
  }

  private static Engine load(ModelFiles files, LoadOptions options) {
    Torch.threads(options.threads().orElseGet(Torch::defaultThreads));
    if (options.precision().dtype().equals(Optional.of(DType.F16))) {
      Torch.halfProducts(DType.F32); // float16 was asked for by name: nothing coarser
    }
    Engine engine = Engine.load(files, options.precision(), options.device());
    if (options.threads().isEmpty() && engine.weightBytes() < SMALL_BYTES) {
      Torch.threads(1);
    }
    return engine;
  }

  public LlavaSgConfig config() {
    return engine.config();
  }

  /** Asks about the image in a file, turned upright as its EXIF data says. */
  public Answer ask(Path image, String question) {
    return ask(ImageFile.read(image, Orientation.APPLY_EXIF), question);
  }

  /** Asks about an image. */
  public Answer ask(RgbImage image, String question) {
    return ask(Question.about(image, question));
  }

  /** Asks a question with all its settings. */
  public Answer ask(Question question) {
    return askAll(List.of(question)).getFirst();
  }

  /**
   * Asks several questions as one batch. In float32 greedy answers are the same as one by one; in
   * half precision another batch rounds otherwise, and a close call may fall otherwise.
   */
  public List<Answer> askAll(List<Question> questions) {
    return questions.isEmpty() ? List.of() : thread.call(() -> engine.answer(questions));
  }

  /**
   * The scene graph of an image, activated by a question but without an answer to it. An empty
   * question leaves the activation out.
   */
  public Depiction depict(Question question) {
    return thread.call(() -> engine.depict(question));
  }

  /**
   * Begins a chat.
   *
   * @param first its image, scene, settings and first turn
   */
  public Chat chat(Question first) {
    return new Chat(thread, engine, first);
  }

  /**
   * Frees the weights, once what was asked before is answered. Later questions fail, those of open
   * chats too; closing again does nothing.
   */
  @Override
  public void close() {
    thread.close(engine::close);
  }
}

package io.llavasg.eval;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.PreparedItems.Prepared;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.Problems;
import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.generate.QuestionBatch;
import io.llavasg.generate.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Asks a model the items of a task in batches, and writes every answer down as it comes.
 *
 * @param model answers several questions, in their order
 * @param batchSize most questions that are asked together
 * @param sample how many of the first questions are asked once more, alone, at the end: what a
 *     batch changes where it computes in less than float32
 */
public record EvalRun(
    Function<List<Question>, List<Answer>> model,
    SceneFinder scenes,
    GenerationConfig generation,
    int batchSize,
    int sample) {

  /** Hears how far a run is. */
  @FunctionalInterface
  public interface Progress {
    void asked(long done, long all);
  }

  /**
   * What became of a run.
   *
   * @param answered items
   * @param failed items that could not be asked; each is a problem that was told
   * @param withoutNode entities of the answered items that became no node of their scene graphs,
   *     since the model sees no pixel of them or takes no more
   * @param seconds in all, but for the sample's second answers
   * @param modelSeconds of these, spent in the model
   */
  public record Outcome(
      long answered,
      long failed,
      long withoutNode,
      double seconds,
      double modelSeconds,
      BatchEffect batchEffect) {}

  /**
   * Asks all of some items.
   *
   * @param problems is told of items that cannot be asked, such as an image that does not decode
   */
  public Outcome run(
      List<EvalItem> items, AnswersFile answers, Problems problems, Progress progress) {
    Session session = new Session(items.size(), answers, problems, progress);
    long start = System.nanoTime();
    try (PreparedItems prepared =
        new PreparedItems(items, scenes, generation, 2 * Math.max(1, batchSize))) {
      prepared.forEachRemaining(session::ask);
      session.batch.flush();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Outcome(
        session.answered,
        session.failed,
        session.withoutNode,
        seconds,
        session.modelNanos / 1e9,
        BatchEffect.measure(session.sampled, model));
  }

  private final class Session implements QuestionBatch.Results<Prepared> {
    private final int total;
    private final AnswersFile answers;
    private final Problems problems;
    private final Progress progress;
    private final QuestionBatch<Prepared> batch = new QuestionBatch<>(batchSize, this::timed, this);
    private final List<BatchEffect.Sampled> sampled = new ArrayList<>();
    private long modelNanos;
    private long answered;
    private long failed;
    private long withoutNode;

    Session(int total, AnswersFile answers, Problems problems, Progress progress) {
      this.total = total;
      this.answers = answers;
      this.problems = problems;
      this.progress = progress;
    }

    private List<Answer> timed(List<Question> questions) {
      long start = System.nanoTime();
      List<Answer> all = model.apply(questions);
      modelNanos += System.nanoTime() - start;
      return all;
    }

    void ask(Prepared prepared) {
      if (prepared.question().isPresent()) {
        batch.add(prepared, prepared.question().get());
      } else {
        fail(prepared.item(), prepared.error().orElse("unknown"));
      }
    }

    @Override
    public void answered(Prepared prepared, Answer answer) {
      answers.add(prepared.item(), answer.text().strip());
      answered++;
      if (prepared.question().orElseThrow().scene() instanceof Scene.Given given
          && answer.sceneGraph().isPresent()) {
        withoutNode += given.entities().size() - answer.nodes().size();
      }
      if (sampled.size() < sample) {
        sampled.add(new BatchEffect.Sampled(prepared.question().orElseThrow(), answer.text()));
      }
      progress.asked(answered + failed, total);
    }

    @Override
    public void failed(Prepared prepared, LlavaSgException reason) {
      fail(prepared.item(), String.valueOf(reason.getMessage()));
    }

    private void fail(EvalItem item, String reason) {
      failed++;
      progress.asked(answered + failed, total);
      problems.add("item %s: %s", item.id(), reason);
    }
  }
}

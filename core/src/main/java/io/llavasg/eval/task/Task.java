package io.llavasg.eval.task;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A benchmark: what it reads, what it asks and how it counts. Tasks hold no state. */
public interface Task {

  /** As lmms-eval calls it. */
  String name();

  /** What it is about, in a line. */
  String description();

  /** The splits that can be read, the usual one first. */
  List<String> splits();

  /** The files that a split is read from, a choice a line. */
  List<String> files(String split);

  /** Whether the right answers to a split are public. */
  default boolean hasReferences(String split) {
    return true;
  }

  /** Most tokens of an answer. */
  int maxNewTokens();

  /**
   * Reads a split without its images.
   *
   * @param data where the data set lies
   * @param problems is told of rows that cannot be used
   * @throws LlavaSgException user, if the files are not there; it says which are wanted
   */
  ItemSet read(Path data, String split, Problems problems);

  /**
   * Scores answers to items whose references are known.
   *
   * @param items all that were to be answered
   * @param answers to some of them, at least one
   */
  Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring);

  /** The file that a server scores; for splits without references. */
  default Optional<Submission> submission() {
    return Optional.empty();
  }

  /** Refuses a split that this task does not have. */
  default String requireSplit(String split) {
    if (!splits().contains(split)) {
      throw LlavaSgException.user(
          "%s has no split '%s' but %s", name(), split, String.join(", ", splits()));
    }
    return split;
  }

  /** Some items of a split, for a quick look: the first. */
  default List<EvalItem> first(List<EvalItem> items, int count) {
    return items.stream().limit(count).toList();
  }

  /** The task that is called so. */
  static Task named(String name) {
    return all().stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "there is no task '%s' but %s; eval --list tells of them",
                    name, String.join(", ", all().stream().map(Task::name).toList())));
  }

  /** All tasks, in the order of the paper's tables. */
  static List<Task> all() {
    return List.of(
        new Vqav2(),
        new Gqa(),
        new ScienceQa(),
        MmBench.ENGLISH,
        MmBench.CHINESE,
        new Pope(),
        new CocoCaptions(),
        new Relations(),
        new Nlvr());
  }
}

package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the miniature's language model needs late: CLIP, then perception, one after another, each in
 * a process of its own, beside the making of the rest. A small model trains on one core, so two
 * cores make two parts at once. When closed, it stops what still runs, and waits until that has
 * saved (on Windows it is killed, and goes on from its last checkpoint).
 */
final class MiniBeside implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Path out;
  private final long seed;
  private final Consumer<String> notes;
  private final Runnable failed;
  private final Future<Integer> clip;
  private final Future<Integer> perception;
  private volatile boolean closing;
  private volatile int failure;

  /**
   * @param out folder of all parts; what the processes print is in its {@code logs}
   * @param seed of everything random
   * @param notes is told what begins and ends, a line each
   * @param failed is called when a part has failed: the rest would wait for it in vain
   */
  MiniBeside(Path out, long seed, Consumer<String> notes, Runnable failed) {
    this.out = out;
    this.seed = seed;
    this.notes = notes;
    this.failed = failed;
    clip = begin("clip", "language", "--only", "clip", "--out", out.toString());
    perception = begin("perception", "perception", "--out", out.resolve("perception").toString());
  }

  private Future<Integer> begin(String part, String... words) {
    List<String> line =
        Stream.of(
                Stream.of("mini"),
                Stream.of(words),
                Stream.of("--seed", Long.toString(seed), "--resume"))
            .flatMap(these -> these)
            .toList();
    return thread.submit(() -> isEnding() || failure != 0 ? Failure.FAILED : run(part, line));
  }

  private boolean isEnding() {
    return closing || ChildProcess.isEnding();
  }

  private int run(String part, List<String> line) {
    Path log = out.resolve("logs").resolve(part + ".log");
    notes.accept("making %s beside it (see %s)".formatted(part, log));
    int code;
    String what = "ended with %d: see %s";
    try {
      code = ChildProcess.run(line, log);
      what = what.formatted(code, log);
    } catch (LlavaSgException e) {
      code = Failure.NO_RESOURCES;
      what = "cannot be made: " + e.getMessage();
    }
    if (code == 0) {
      notes.accept(part + " is there");
    } else if (!isEnding()) {
      failure = code;
      notes.accept(part + " " + what);
      failed.run();
    }
    return code;
  }

  /** Waits for CLIP; the exit code of its making. */
  int clip() {
    return ChildProcess.code(clip);
  }

  /** Waits for perception, likewise. */
  int perception() {
    return ChildProcess.code(perception);
  }

  /** The exit code of the part that failed, unless it was stopped; 0 if there is none. */
  int failure() {
    return failure;
  }

  @Override
  public void close() {
    closing = true;
    clip.cancel(true);
    perception.cancel(true);
    thread.close();
  }
}

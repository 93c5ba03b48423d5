package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the miniature's language model needs late: CLIP, then perception, one after another, each in
 * a process of its own, beside the making of the rest. A small model trains on one core, so two
 * cores make two parts at once. When closed, it stops what still runs, which saves itself.
 */
final class MiniBeside implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Path out;
  private final Consumer<String> notes;
  private final Future<Integer> clip;
  private final Future<Integer> perception;

  /**
   * @param out folder of all parts
   * @param notes is told what begins and ends, a line each
   */
  MiniBeside(Path out, long seed, Consumer<String> notes) {
    this.out = out;
    this.notes = notes;
    clip = begin("clip", seed, "mini", "language", "--only", "clip", "--out", out.toString());
    perception =
        begin(
            "perception",
            seed,
            "mini",
            "perception",
            "--out",
            out.resolve("perception").toString());
  }

  private Future<Integer> begin(String part, long seed, String... words) {
    List<String> line =
        Stream.concat(Stream.of(words), Stream.of("--seed", Long.toString(seed), "--resume"))
            .toList();
    Path log = out.resolve("logs").resolve(part + ".log");
    return thread.submit(
        () -> {
          notes.accept("making %s beside it (see %s)".formatted(part, log));
          int code = ChildProcess.run(line, log);
          notes.accept(
              code == 0
                  ? part + " is there"
                  : "%s ended with %d: see %s".formatted(part, code, log));
          return code;
        });
  }

  /** Waits for CLIP; the exit code of its making. */
  int clip() {
    return code(clip);
  }

  /** Waits for perception, likewise. */
  int perception() {
    return code(perception);
  }

  private static int code(Future<Integer> made) {
    try {
      return made.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Failure.FAILED;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LlavaSgException known
          ? known
          : LlavaSgException.internal(e, "%s", String.valueOf(e.getCause()));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
  }
}

package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What all that make a part of the miniature have in common. */
final class MiniOptions {
  @Option(names = "--seed", paramLabel = "S", description = "Of everything random. Default: 1.")
  private long seed = 1;

  @Option(names = "--resume", description = "Go on with what is there already.")
  private boolean resume;

  long seed() {
    return seed;
  }

  /**
   * @param begun whether {@code what} is there already
   * @throws LlavaSgException user, if it is, and nobody said that it shall go on
   */
  void require(boolean begun, Path out, String what) {
    if (begun && !resume) {
      throw LlavaSgException.user(
          "'%s' holds %s already: go on with it (--resume), or name another folder (--out)",
          out, what);
    }
  }

  /** Tells that the making was stopped; the exit code for it. */
  static int stopped(TrainingProgress progress) {
    progress.note("stopped and saved; go on with --resume");
    return Failure.FAILED;
  }
}

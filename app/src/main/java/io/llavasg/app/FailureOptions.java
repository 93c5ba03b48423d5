package io.llavasg.app;

import io.llavasg.LlavaSg;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.SceneFinder;
import io.llavasg.eval.Summary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Whether a page of wrong answers is wanted, and how long. */
final class FailureOptions {
  @Option(
      names = "--failures",
      paramLabel = "F.html",
      description = "Write a page of wrong answers with their images and, from eval, scene graphs.")
  private Optional<Path> failures = Optional.empty();

  @Option(
      names = "--most-failures",
      paramLabel = "N",
      defaultValue = "48",
      description = "Wrong answers on the page (default: 48).")
  private int most = 48;

  /**
   * @throws LlavaSgException user, if no page can have so many
   */
  void require() {
    if (most < 1) {
      throw LlavaSgException.user("--most-failures is %d, but has to be positive", most);
    }
  }

  /** Writes the page if one is wanted. */
  void write(
      Summary summary, Optional<Supplier<LlavaSg>> model, SceneFinder scenes, PrintWriter err) {
    failures.ifPresent(page -> new FailurePictures(page, most).write(summary, model, scenes, err));
  }
}

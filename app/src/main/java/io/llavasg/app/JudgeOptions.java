package io.llavasg.app;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.Bootstrap;
import io.llavasg.eval.metric.OpenAiJudge;
import io.llavasg.eval.task.Scoring;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of how answers are scored. */
final class JudgeOptions {
  /** Where the key is looked for: a command line can be seen by others. */
  private static final String KEY = "LLAVA_SG_JUDGE_KEY";

  private static final int ATTEMPTS = 5;

  @Option(
      names = "--judge",
      paramLabel = "URL",
      description =
          "An OpenAI-compatible chat endpoint that reads what the matcher of multiple choice cannot;"
              + " its key in LLAVA_SG_JUDGE_KEY (default: nobody).")
  private @Nullable String judge;

  @Option(names = "--judge-model", paramLabel = "M", description = "The judge's name there.")
  private @Nullable String model;

  Scoring scoring() {
    if (judge == null) {
      return Scoring.OFFLINE;
    }
    if (model == null) {
      throw LlavaSgException.user("--judge needs --judge-model");
    }
    return new Scoring(
        Optional.of(
            new OpenAiJudge(
                new OpenAiJudge.Settings(
                    endpoint(judge),
                    model,
                    Optional.ofNullable(System.getenv(KEY)),
                    ATTEMPTS,
                    Duration.ofSeconds(3)))),
        Bootstrap.DEFAULT);
  }

  private static URI endpoint(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw LlavaSgException.user(e, "--judge is no URL: '%s'", text);
    }
  }
}

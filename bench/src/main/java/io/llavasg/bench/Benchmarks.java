package io.llavasg.bench;

import io.llavasg.LlavaSgException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmarks' command line: {@code bench/run NAME …}. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    description = "Measurements of LLaVA-SG; the last line of stdout is JSON.",
    subcommands = {
      RandomCheckpoint.class,
      LayersBench.class,
      TrainingBench.class,
      TinyBench.class,
      ScoringBench.class,
      StartupBench.class,
      EndToEndBench.class,
      PerceptionBench.class,
      PerceptionRun.class,
      NodesBench.class,
      TrainingSamples.class
    })
public final class Benchmarks implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  Benchmarks() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Benchmarks())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (error, command, parsed) -> {
                  if (error instanceof LlavaSgException known) {
                    command.getErr().println("bench/run: " + known.getMessage());
                    return switch (known.fault()) {
                      case USER -> 2;
                      case RESOURCES -> 3;
                      case INTERNAL -> 1;
                    };
                  }
                  throw error;
                })
            .execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No benchmark given");
  }
}

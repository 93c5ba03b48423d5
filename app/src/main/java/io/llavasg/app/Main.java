package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command {@code llava-sg}: it parses, delegates to a subcommand and reports failures. */
@Command(
    name = "llava-sg",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    subcommands = {
      AskCommand.class,
      ChatCommand.class,
      GraphCommand.class,
      PerceiveCommand.class,
      ConvertCommand.class,
      InfoCommand.class,
      TrainCommand.class,
      EvalCommand.class,
      ScoreCommand.class,
      CompareCommand.class,
      ReproduceCommand.class,
      SamplesCommand.class,
      MiniCommand.class,
      WorldCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    description = "A vision-language model that answers with the scene graph of the image.",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 bad use or bad input, 3 no memory or device, or the answer"
          + " cannot be written."
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean debug;

  Main() {}

  public static void main(String[] args) {
    ChildProcess.endWithParent();
    PrintWriter out = Terminal.writer(System.out, "stdout.encoding");
    PrintWriter err = Terminal.writer(System.err, "stderr.encoding");
    System.exit(run(out, err, args));
  }

  /** Runs one command line; returns the exit code of the process. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    return execute(main, new CommandLine(main), out, err, args);
  }

  /** Runs {@code commands}, whose root object is {@code main}. */
  static int execute(
      Main main, CommandLine commands, PrintWriter out, PrintWriter err, String... args) {
    commands
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (error, rest) -> {
              String command = error.getCommandLine().getCommandSpec().qualifiedName();
              err.println("llava-sg: %s (see %s --help)".formatted(oneLine(error), command));
              return Failure.BAD_USE;
            })
        .setExecutionExceptionHandler(
            (error, command, parsed) -> Failure.report(error, main.debug, err));
    try {
      int code = commands.execute(args);
      if (code != Failure.NO_RESOURCES) { // it may have been this already
        Failure.requireWritten(out);
      }
      return code;
    } catch (LlavaSgException | Error error) { // an exhausted heap: picocli keeps to exceptions
      return Failure.report(error, main.debug, err);
    }
  }

  private static String oneLine(ParameterException error) {
    return Failure.oneLine(Objects.requireNonNullElse(error.getMessage(), "bad arguments"));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No command given");
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "llava-sg " + Objects.requireNonNullElse(version, "of unpackaged classes")
      };
    }
  }
}

package io.llavasg.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llava-sg mini}: the paper in miniature, made from nothing. */
@Command(
    name = "mini",
    description = "Make the miniature: its world, its models.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      MiniAllCommand.class,
      MiniLanguageCommand.class,
      MiniPerceptionCommand.class,
      MiniRowCommand.class
    })
final class MiniCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No command given");
  }
}
